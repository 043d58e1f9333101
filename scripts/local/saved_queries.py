"""The saved queries of include/sql/inspect, and what a person gives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from listrak.warehouse.dialect import written_for
from listrak.warehouse.statements import SQL_FOLDER, heading, statement
from listrak.warehouse.warehouse import Parameter

FOLDER = "inspect"
LABELS = re.compile(r"(Purpose|Grain|Parameters): ")
DECLARED = re.compile(r"(\[?)(\w+)\]? \(([^()]+)\)")
LARGEST = 2**63 - 1
FROM_ITS_BEGINNING = "since"  # a bare date under any other name is the day's end
ADDRESS = "email"


class SqlError(Exception):
    """A question that cannot be put; one line."""


@dataclass(frozen=True)
class QueryParameter:
    """What a saved query takes. `kind`: its SQL type, bigint, timestamp or varchar."""

    name: str
    meaning: str
    kind: str
    required: bool

    def __str__(self) -> str:
        """Return it as a person reads it."""
        return f"{self.name if self.required else f'[{self.name}]'} ({self.meaning})"

    def value(self, text: str) -> Parameter:
        """Return what was given as its type. Raises SqlError."""
        try:
            return VALUES[self.kind](self.name, text)
        except (ValueError, OverflowError):
            raise SqlError(f"{self.name} is {EXPECTED[self.kind]}, not {text!r}.") from None


@dataclass(frozen=True)
class SavedQuery:
    """A saved query, by its heading."""

    name: str
    purpose: str
    parameters: tuple[QueryParameter, ...]

    def values(self, given: Mapping[str, str]) -> dict[str, Parameter]:
        """Return a value for each parameter, None for what is left out.

        Raises SqlError naming all that the query takes.
        """
        unknown = given.keys() - {each.name for each in self.parameters}
        missing = [
            each.name for each in self.parameters if each.required and not given.get(each.name)
        ]
        if unknown or missing:
            wrong = (
                f"has no {', '.join(sorted(unknown))}" if unknown else f"needs {', '.join(missing)}"
            )
            takes = ", ".join(map(str, self.parameters)) or "nothing"
            raise SqlError(f"{self.name} {wrong}. It takes {takes}.")
        return {
            each.name: each.value(given[each.name]) if given.get(each.name) else None
            for each in self.parameters
        }


@dataclass(frozen=True)
class Question:
    """What is asked of a warehouse: a text in its engine's dialect, and its parameters' values."""

    text: str
    values: Sequence[Parameter] = ()


def saved_queries() -> dict[str, SavedQuery]:
    """Return the saved queries by their names."""
    names = sorted(path.stem for path in (SQL_FOLDER / FOLDER).glob("*.sql"))
    return {name: _read(name) for name in names}


def question(words: Sequence[str], engine: str) -> Question:
    """Return what is asked by a statement, or by a saved query's name and its `key=value`s.

    A single word is a name. Raises SqlError.
    """
    first, *others = words
    if not first.strip(" \t\n;"):
        raise SqlError("The statement is empty.")
    if len(first.split()) > 1:
        if others:
            raise SqlError("A statement takes no parameters: write the values into it.")
        return Question(first)
    saved = saved_queries().get(first)
    if saved is None:
        known = ", ".join(saved_queries())
        raise SqlError(f"There is no saved query {first!r}; there are {known}.")
    written = written_for(engine, f"{FOLDER}/{first}")
    return Question(written.text, written.values(saved.values(_pairs(others))))


def _pairs(words: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or not key or key in pairs:
            raise SqlError(f"{word!r} is not understood: expected key=value, each key once.")
        pairs[key] = text
    return pairs


def _read(name: str) -> SavedQuery:
    text = " ".join(
        line.removeprefix("--").strip() for line in heading(f"{FOLDER}/{name}").splitlines()
    )
    said = dict(zip(*[iter(LABELS.split(text)[1:])] * 2, strict=True))
    parameters = tuple(
        QueryParameter(each, meaning, _kind(name, each), required=not bracket)
        for bracket, each, meaning in DECLARED.findall(said.get("Parameters", ""))
    )
    return SavedQuery(name, said["Purpose"].strip(), parameters)


def _kind(name: str, parameter: str) -> str:
    """Return the type that the query casts a parameter to."""
    found = re.search(rf"\${parameter}::(\w+)", statement(f"{FOLDER}/{name}"))
    return found[1] if found else "varchar"


def _whole_number(_name: str, text: str) -> int:
    number = int(text)
    if abs(number) > LARGEST:
        raise OverflowError
    return number


def _moment(name: str, text: str) -> datetime:
    """Return naive UTC. A bare date is the day's end, or its beginning where something begins."""
    if len(text.strip()) == len("2026-01-31"):
        days = 0 if name == FROM_ITS_BEGINNING else 1
        return datetime.combine(date.fromisoformat(text.strip()), time()) + timedelta(days=days)
    moment = datetime.fromisoformat(text.strip())
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _text(name: str, text: str) -> str:
    """Return the text, an address as the tables have it: engines lower some letters otherwise."""
    return text.strip().lower() if name == ADDRESS else text


VALUES: Mapping[str, Callable[[str, str], Parameter]] = {
    "bigint": _whole_number,
    "timestamp": _moment,
    "varchar": _text,
}
EXPECTED = {
    "bigint": "a whole number",
    "timestamp": "a moment in UTC such as 2026-01-31 or 2026-01-31T08:00",
    "varchar": "a text",
}
