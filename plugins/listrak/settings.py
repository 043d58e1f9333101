"""The sources file: which lists of which Listrak account go to which Segment source, and when.

Read and checked once, completely. A source with a mistake is reported and left out; it does not
take the others with it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import yaml
from croniter import croniter
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from listrak.errors import SettingsError

PROJECT = Path(__file__).parents[2]
SOURCES_FILE_VARIABLE = "LISTRAK_SOURCES_FILE"
PRESETS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@quarterly": "0 0 1 */3 *",
    "@yearly": "0 0 1 1 *",
}

LONGEST_TRAIT_NAME = 200
CRON_FIELDS = 5
REASONS = {
    "extra_forbidden": "unknown key",
    "missing": "is required",
    "too_short": "needs one",
    "string_pattern_mismatch": "expected letters, digits, `_`, `-` and `.` only",
    "model_type": "expected keys and values",
}

DAG_PARAMS: Mapping[str, str] = {
    "dry_run": "Report what would change and send nothing",
    "full_resync": "Send the newest snapshot whole",
    "allow_mass_removal": "Let a removal of many contacts through",
}

Id = Annotated[int, Field(strict=True, gt=0, lt=2**31)]
ConnId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.\-]+$", max_length=250)]


class ListSettings(BaseModel):
    """One list to read. `user_id_field`: the profile field whose value becomes `userId`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    user_id_field: Id | None = None


class SourceSettings(BaseModel):
    """One source: one DAG. See the README for what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.\-]+$", max_length=200)]
    listrak_conn_id: ConnId = "listrak_default"
    segment_conn_id: ConnId = "segment_default"
    warehouse_conn_id: ConnId = "warehouse_default"
    schedule: str | None = None
    start_date: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    trait_name: str = "Listrak_list_{list_id}"
    lists: Annotated[tuple[ListSettings, ...], Field(min_length=1)]

    @property
    def dag_id(self) -> str:
        """The id of this source's DAG."""
        return f"listrak_to_segment__{self.name.lower()}"

    @property
    def cron(self) -> str | None:
        """The schedule as a cron expression; None when the source runs by hand only."""
        return PRESETS.get(self.schedule, self.schedule) if self.schedule else None

    def trait(self, list_id: int) -> str:
        """Return the name of the trait that says an address is subscribed to the list."""
        return self.trait_name.replace("{list_id}", str(list_id))

    @field_validator("schedule")
    @classmethod
    def _schedule_is_known(cls, schedule: str | None) -> str | None:
        if schedule and not _comes_round(PRESETS.get(schedule, schedule)):
            raise ValueError(
                "expected null, a cron expression of five fields that comes round, or one of "
                + ", ".join(PRESETS)
            )
        return schedule or None

    @field_validator("start_date", mode="before")
    @classmethod
    def _start_date_is_utc(cls, start: object) -> object:
        """Take a bare date as its midnight and a time without a zone as UTC."""
        if isinstance(start, date) and not isinstance(start, datetime):
            return datetime.combine(start, time.min, tzinfo=UTC)
        if isinstance(start, datetime) and start.tzinfo is None:
            return start.replace(tzinfo=UTC)
        return start

    @field_validator("start_date")
    @classmethod
    def _start_date_is_a_time(cls, start: datetime) -> datetime:
        try:
            return start.astimezone(UTC)
        except OverflowError:
            raise ValueError("is out of range") from None

    @field_validator("trait_name")
    @classmethod
    def _trait_name_is_usable(cls, name: str) -> str:
        rest = name.replace("{list_id}", "")
        if "{" in rest or "}" in rest:
            raise ValueError("the only placeholder is {list_id}")
        if not 0 < len(name.strip()) <= LONGEST_TRAIT_NAME or not name.isprintable():
            raise ValueError(f"expected 1 to {LONGEST_TRAIT_NAME} printable characters")
        if name == "email" or name.strip() != name:
            raise ValueError("expected a name without spaces around it that is not `email`")
        return name

    @model_validator(mode="after")
    def _lists_are_told_apart(self) -> SourceSettings:
        ids = [settings.id for settings in self.lists]
        twice = sorted({list_id for list_id in ids if ids.count(list_id) > 1})
        if twice:
            raise ValueError(f"lists: {', '.join(map(str, twice))} is there more than once")
        if len(ids) > 1 and "{list_id}" not in self.trait_name:
            raise ValueError("trait_name: needs {list_id} when there is more than one list")
        return self


@dataclass(frozen=True)
class Sources:
    """What the sources file holds: the sources that can run, and a message for each that cannot."""

    path: Path
    valid: tuple[SourceSettings, ...]
    mistakes: tuple[str, ...]


def sources_file() -> Path:
    """Return the path of the sources file: LISTRAK_SOURCES_FILE, else include/sources.yaml."""
    return PROJECT / (os.environ.get(SOURCES_FILE_VARIABLE) or "include/sources.yaml")


def load_sources(path: Path) -> Sources:
    """Read the sources file. Never raises for what it holds: mistakes come back as messages."""
    try:
        entries = _entries(path)
    except SettingsError as error:
        return Sources(path, (), (str(error),))
    valid: dict[str, SourceSettings] = {}
    mistakes: list[str] = []
    for position, entry in enumerate(entries):
        name = _label(entry, position)
        try:
            source = SourceSettings.model_validate(entry)
        except ValidationError as error:
            mistakes.append(f"{path}: source {name}: {_reasons(error)}")
            continue
        if source.name.lower() in valid:
            mistakes.append(f"{path}: source {name}: name: is there more than once (in any case)")
        else:
            valid[source.name.lower()] = source
    return Sources(path, tuple(valid.values()), tuple(mistakes))


def check_sources(path: Path) -> Sources:
    """Read the sources file; raise SettingsError listing every mistake where there is one."""
    sources = load_sources(path)
    if sources.mistakes:
        raise SettingsError(
            "\n".join(sources.mistakes)
            + "\nA source with a mistake has no DAG until the file is corrected; the others run."
        )
    return sources


class _UniqueKeyLoader(yaml.SafeLoader):
    """YAML as SafeLoader reads it, but a key given twice is a mistake, not a silent choice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = [str(key) for key in keys if keys.count(key) > 1]
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key `{twice[0]}` is there more than once", node.start_mark
            )
        return super().construct_mapping(node, deep)


def _entries(path: Path) -> list[object]:
    try:
        text = path.read_text(encoding="utf-8")
        content = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 (derives from SafeLoader)
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}). Set {SOURCES_FILE_VARIABLE} to the path "
            "of a sources file, or write include/sources.yaml."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict) or set(content) != {"sources"}:
        raise SettingsError(f"{path}: expected one key, `sources`, holding a list of sources")
    if not isinstance(content["sources"], list) or not content["sources"]:
        raise SettingsError(f"{path}: sources: expected a list of at least one source")
    return content["sources"]


def _comes_round(cron: str) -> bool:
    """Whether it is a plain cron expression: not random (R, H), and not for a day that never is."""
    try:
        croniter(cron, datetime(2026, 1, 1, tzinfo=UTC)).get_next(datetime)
    except ValueError:
        return False
    fields = cron.split()
    return len(fields) == CRON_FIELDS and not any(re.match(r"[RH]\b", field) for field in fields)


def _label(entry: object, position: int) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return f"`{name}`" if isinstance(name, str) else f"number {position + 1}"


def _reasons(error: ValidationError) -> str:
    """Return every mistake of a source, each with its key."""
    reasons = []
    mistakes = error.errors(include_url=False, include_context=False, include_input=False)
    in_lists = any(len(mistake["loc"]) > 1 for mistake in mistakes)
    for mistake in mistakes:
        if mistake["type"] == "too_short" and in_lists:
            continue  # a list is there; what is wrong with it is said
        key = ".".join(str(part) for part in mistake["loc"])
        reason = REASONS.get(mistake["type"], mistake["msg"].removeprefix("Value error, "))
        reasons.append(f"{key}: {reason}" if key else reason)
    return "; ".join(reasons)
