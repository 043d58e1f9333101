"""Two sources with the same lists in one warehouse: neither disturbs the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice, zip_longest

import pytest

from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query
from tests.unit.load.scripted_segment import ScriptedSegment, Sent, scripted_segment
from tests.unit.memory_warehouse import MemoryWarehouse
from tests.unit.warehouse.rows import Rows, all_rows
from tests.unit.warehouse.whole_life import Life

ONE, OTHER = "one", "other"
STEPS_BEHIND = 5  # so that the same list is never in the same state in both


@dataclass
class Workspaces:
    """A Segment for each source."""

    stack: ExitStack
    opened: dict[str, ScriptedSegment] = field(default_factory=dict)

    def life(self, source: str) -> Life:
        segment = self.stack.enter_context(scripted_segment())
        self.opened[source] = segment
        return Life(source, segment.connection(), own=f"only-{source}@x")

    def told(self, source: str) -> list[Sent]:
        return self.opened[source].accepted


@pytest.fixture
def workspaces() -> Iterator[Workspaces]:
    with ExitStack() as stack:
        yield Workspaces(stack)


def alone(workspaces: Workspaces, source: str) -> tuple[Rows, list[Sent]]:
    """What a source that has a warehouse to itself leaves there, and tells Segment."""
    own = MemoryWarehouse()
    for step in workspaces.life(source).steps():
        step(own)
    return all_rows(own.query, f"source = '{source}'"), workspaces.told(source)


def live_together(workspaces: Workspaces, warehouse: Warehouse) -> None:
    """Let both take their steps in turn, one of them always some steps behind."""
    ahead, behind = (workspaces.life(source).steps() for source in (ONE, OTHER))
    for step in islice(ahead, STEPS_BEHIND):
        step(warehouse)
    for pair in zip_longest(behind, ahead):
        for step in filter(None, pair):
            step(warehouse)


def test_each_source_lives_as_if_it_were_alone(
    workspaces: Workspaces, warehouse: Warehouse, query: Query
) -> None:
    left = {source: alone(workspaces, source) for source in (ONE, OTHER)}

    live_together(workspaces, warehouse)

    for source, (rows, calls) in left.items():
        assert rows["snapshots"]
        assert all_rows(query, f"source = '{source}'") == rows
        assert workspaces.told(source) == calls
