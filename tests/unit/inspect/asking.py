"""Asking a warehouse a saved query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from listrak.warehouse.warehouse import Door
from local.saved_queries import question
from tests.unit.diff.deciding import DAY, FIRST

Rows = list[tuple[Any, ...]]


def day(number: float) -> datetime:
    return FIRST + number * DAY


def ask(door: Door, *words: str, columns: str = "") -> Rows:
    """Return the rows of a saved query, or some of their columns."""
    asked = question(words, door.engine)
    answer = door.ask(asked.text, asked.values)
    names = columns.split() or answer.column_names
    return [tuple(row[name] for name in names) for row in answer.to_pylist()]
