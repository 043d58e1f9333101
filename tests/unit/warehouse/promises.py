"""The promises of test_warehouse.py as a list, to hold other doors to them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from listrak.warehouse.warehouse import Door
from tests.unit.conftest import Query
from tests.unit.warehouse import test_warehouse

Promise = Callable[..., None]
PROMISES: Mapping[str, Promise] = {
    name.removeprefix("test_"): function
    for name, function in vars(test_warehouse).items()
    if name.startswith("test_")
}


def hold_to(promise: str, door: Door, tamper: Callable[[str], None]) -> None:
    """Run a test of test_warehouse.py on `door`, whatever fixtures it takes."""
    fixtures: dict[str, Any] = {"warehouse": door, "query": asking(door), "tamper": tamper}
    test = PROMISES[promise]
    test(**{name: fixtures[name] for name in inspect.signature(test).parameters})


def asking(door: Door) -> Query:
    """Look into a warehouse by its own door."""
    return lambda sql: [tuple(row.values()) for row in door.ask(sql).to_pylist()]
