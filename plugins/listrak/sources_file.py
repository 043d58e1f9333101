"""The sources file: every source in it, or what is wrong with it.

Read and checked once, completely. A source with a mistake is reported and left out; it does not
take the others with it.
"""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from listrak.errors import SettingsError
from listrak.settings import PROJECT, SourceSettings

SOURCES_FILE_VARIABLE = "LISTRAK_SOURCES_FILE"
REASONS = {
    "extra_forbidden": "unknown key",
    "missing": "is required",
    "too_short": "needs one",
    "string_pattern_mismatch": "expected letters, digits, `_`, `-` and `.` only",
    "model_type": "expected keys and values",
}


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
