"""The server killed in each transaction of each step: the step's next tries mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain

import pyarrow as pa
import pytest

from listrak.errors import WarehouseUnavailableError
from listrak.warehouse.postgres.server import PostgresServer
from listrak.warehouse.warehouse import Parameter, Transaction
from tests.unit.load.pending_changes import by_arrival, by_timestamp
from tests.unit.load.scripted_segment import ScriptedSegment, Sent, scripted_segment
from tests.unit.memory_warehouse import MemoryWarehouse
from tests.unit.postgres_cluster import PostgresCluster
from tests.unit.warehouse.line import Line, breakable_line
from tests.unit.warehouse.rows import Rows, all_rows
from tests.unit.warehouse.whole_life import Life, Step


class Death(Enum):
    """When the server dies."""

    INSIDE = "in the transaction, so that nothing of it is kept"
    ANSWERING = "after the commit, before the task hears of it"


Kind = tuple[str, ...]  # of transactions: the statements of one, in their order


@dataclass(frozen=True)
class Remembering:
    """A transaction that remembers its statements."""

    transaction: Transaction
    statements: list[str] = field(default_factory=list)

    def execute(self, statement: str, /, **parameters: Parameter) -> int:
        self.statements.append(statement)
        return self.transaction.execute(statement, **parameters)

    def fetch(self, statement: str, /, **parameters: Parameter) -> pa.Table:
        self.statements.append(statement)
        return self.transaction.fetch(statement, **parameters)

    def insert(self, table: str, rows: pa.Table) -> None:
        self.statements.append(table)
        self.transaction.insert(table, rows)

    def lend(self, name: str, rows: pa.Table) -> None:
        self.transaction.lend(name, rows)


@dataclass
class OnDyingServer:
    """A warehouse whose server is killed in each kind of transaction, once. `died_in`: in which."""

    line: Line
    death: Death
    died_in: list[Kind] = field(default_factory=list)

    @contextmanager
    def transaction(self) -> Iterator[Remembering]:
        with self.line.door().transaction() as transaction:
            remembering = Remembering(transaction)
            yield remembering
            kind = tuple(remembering.statements)
            if kind not in self.died_in:
                self.died_in.append(kind)
                if self.death is Death.INSIDE:
                    self.line.cluster.kill()
                self.line.breaks_at_commit = self.death is Death.ANSWERING

    def take(self, step: Step) -> None:
        """Take a step, again and again, until the server survives it."""
        died = -1
        while died < len(self.died_in):
            died = len(self.died_in)
            try:
                step(self)
            except WarehouseUnavailableError:
                assert died < len(self.died_in)
            self.line.cluster.restart()


@pytest.fixture
def segment() -> Iterator[ScriptedSegment]:
    with scripted_segment() as script:
        yield script


@pytest.fixture
def undisturbed() -> tuple[Rows, dict[str, Sent]]:
    """What the same life leaves in DuckDB where nothing goes wrong, and what it told Segment."""
    warehouse = MemoryWarehouse()
    with scripted_segment() as another:
        for step in Life("src", another.connection()).whole():
            step(warehouse)
        return all_rows(warehouse.query), told(another)


def told(segment: ScriptedSegment) -> dict[str, Sent]:
    """Return the calls by their ids; one that came again was the same."""
    calls = {event["messageId"]: event for event in segment.accepted}
    assert all(calls[event["messageId"]] == event for event in segment.accepted)
    return calls


@pytest.mark.parametrize("death", Death, ids=lambda death: death.name.lower())
def test_step_is_taken_again_until_it_left_what_it_should(
    death: Death,
    cluster: PostgresCluster,
    postgres_server: PostgresServer,
    segment: ScriptedSegment,
    undisturbed: tuple[Rows, dict[str, Sent]],
) -> None:
    assert postgres_server
    life = Life("src", segment.connection())

    with breakable_line(cluster) as line:
        dying = OnDyingServer(line, death)
        for step in life.whole():
            dying.take(step)

    rows, calls = undisturbed
    assert all_rows(lambda sql: cluster.run(sql, schema="listrak")) == rows
    assert told(segment) == calls
    assert by_arrival(segment.accepted) == by_timestamp(segment.accepted)
    assert set(chain(*dying.died_in)) >= MILESTONES


MILESTONES = {
    "snapshot/begin_staging", "staged_contacts", "snapshot/complete_staging",
    "snapshot/note_unsubscribes", "snapshot/note_looked_up", "diff/add_changes",
    "diff/open_versions", "diff/supersede_held_changes", "diff/close_all_versions",
    "load/take_lease", "load/supersede_changes", "load/assign_calls", "load/find_pending_calls",
    "load/renew_lease", "load/receipt_calls", "load/release_lease", "report/add_run",
    "forget/erase_versions",
}  # fmt: skip
