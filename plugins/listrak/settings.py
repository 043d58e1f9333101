"""What a source is: which lists of which Listrak account go to which Segment source, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Literal

from croniter import croniter
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

PROJECT = Path(__file__).parents[2]
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

DAG_PARAMS: Mapping[str, str] = {
    "dry_run": "Decide and send nothing; report what would change, and note it as dry_run",
    "full_resync": "Send the snapshot of this run whole, removals of all others included",
    "allow_mass_removal": "Let a removal through that the guard would hold",
}

LONGEST_KEPT = 36_500  # days: a hundred years are for ever

Id = Annotated[int, Field(strict=True, gt=0, lt=2**31)]
Days = Annotated[int, Field(strict=True, ge=0, le=LONGEST_KEPT)]
ConnId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.\-]+$", max_length=250)]


class ListSettings(BaseModel):
    """One list to read. `user_id_field`: the profile field whose value becomes `userId`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    user_id_field: Id | None = None


class GuardSettings(BaseModel):
    """When removals are held: `diff.guard.Guard` says what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    removed_fraction: Annotated[float, Field(ge=0, le=1)] = 0.2
    removed_contacts: Annotated[int, Field(strict=True, ge=0)] = 100
    confirm_at_most: Annotated[int, Field(strict=True, ge=0)] = 1000


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
    guard: GuardSettings = GuardSettings()
    on_list_removed: Literal["leave_traits", "remove_traits"] = "leave_traits"
    keep_all_days: Days = 7
    keep_daily_days: Days = 365
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
    def _days_follow_each_other(self) -> SourceSettings:
        if self.keep_daily_days < self.keep_all_days:
            raise ValueError(
                f"keep_daily_days: expected keep_all_days, {self.keep_all_days}, or more; it is "
                f"{self.keep_daily_days}"
            )
        return self

    @model_validator(mode="after")
    def _lists_are_told_apart(self) -> SourceSettings:
        ids = [settings.id for settings in self.lists]
        twice = sorted({list_id for list_id in ids if ids.count(list_id) > 1})
        if twice:
            raise ValueError(f"lists: {', '.join(map(str, twice))} is there more than once")
        if len(ids) > 1 and "{list_id}" not in self.trait_name:
            raise ValueError("trait_name: needs {list_id} when there is more than one list")
        return self


def _comes_round(cron: str) -> bool:
    """Whether it is a plain cron expression: not random (R, H), and not for a day that never is."""
    try:
        croniter(cron, datetime(2026, 1, 1, tzinfo=UTC)).get_next(datetime)
    except ValueError:
        return False
    fields = cron.split()
    return len(fields) == CRON_FIELDS and not any(re.match(r"[RH]\b", field) for field in fields)
