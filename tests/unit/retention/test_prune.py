"""Pruning: what stays reads as before, also after snapshots are put beside it; the rest goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listrak.diff.decision import Status
from listrak.errors import MassRemovalError, WarehouseRefusedError, WarehouseUnavailableError
from listrak.retention.keep import Keep
from listrak.retention.prune import Pruned, prune
from listrak.snapshot.kind import kind_to_read
from listrak.snapshot.moment import Moment
from listrak.warehouse.warehouse import Transaction, Warehouse
from tests.unit.conftest import Query
from tests.unit.diff.deciding import ALLOWED, DAY, FIRST, key, snapshot
from tests.unit.memory_warehouse import Crash, MemoryWarehouse
from tests.unit.retention.history import History

NONE_LONGER = Keep(0, 0)


@pytest.fixture
def memory() -> MemoryWarehouse:
    return MemoryWarehouse()


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_history_reads_as_if_copied_whole(chance: Random) -> None:
    memory = MemoryWarehouse()
    history = History(memory, memory.query, chance)

    for _ in range(12):
        history.go_on()
        history.check()


@pytest.mark.parametrize("seed", range(2))
def test_any_history_reads_as_if_copied_whole_on_every_engine(
    seed: int, warehouse: Warehouse, query: Query
) -> None:
    history = History(warehouse, query, Random(seed))

    for _ in range(5):
        for _ in range(4):
            history.go_on()
        history.check()

    assert history.pruned


def days(query: Query, status: str) -> list[int]:
    rows = query(f"select snapshot_at from listrak.snapshots where status = '{status}' order by 1")
    return [(at - FIRST).days for (at,) in rows]


def versions(query: Query) -> list[tuple[str, float, float | None]]:
    """Return the contacts, and from and to which day each stays the same."""
    rows = query("select email, valid_from, valid_to from listrak.contact_versions order by 1, 2")
    return [
        (email, (begin - FIRST) / DAY, (end - FIRST) / DAY if end else None)
        for email, begin, end in rows
    ]


def sent(memory: MemoryWarehouse) -> None:
    memory.query("update listrak.trait_changes set status = 'sent' where status = 'pending'")


def test_pruned_snapshot_keeps_its_row_and_its_receipts(
    warehouse: Warehouse, query: Query, tamper: Callable[[str], None]
) -> None:
    for day, (email, user_id) in enumerate([("a@x", ""), ("b@x", ""), ("b@x", ""), ("b@x", "1")]):
        snapshot(warehouse, key(day), {email: user_id}, ALLOWED)
    tamper("update listrak.trait_changes set status = 'sent'")
    rows = (
        "select snapshot_at, contact_count, added_count, run_id from listrak.snapshots order by 1"
    )
    before = query(rows), query("select count(*) from listrak.trait_changes")

    pruned = prune(warehouse, "src", NONE_LONGER, FIRST + 9 * DAY)

    assert pruned == Pruned(snapshots=2, versions=1)
    assert days(query, "pruned") == [0, 1]
    assert days(query, "past") == [2]
    assert (query(rows), query("select count(*) from listrak.trait_changes")) == before
    assert versions(query) == [("b@x", 2, 3), ("b@x", 3, None)]
    assert query("select distinct snapshot_at from listrak.snapshot_contacts order by 1") == [
        (FIRST + 2 * DAY,),
        (FIRST + 3 * DAY,),
    ]


def test_what_is_pending_or_held_stays(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": None})
    with pytest.raises(MassRemovalError):
        snapshot(memory, key(1), {})
    for day in (2, 3, 4):
        snapshot(memory, key(day), {"a@x": str(day)})
    memory.query("update listrak.trait_changes set status = 'sent' where user_id = '2'")

    prune(memory, "src", NONE_LONGER, FIRST + 9 * DAY)

    assert days(memory.query, "pruned") == [2]
    assert days(memory.query, "held") == [1]


def test_clock_that_runs_ahead_makes_nothing_old(memory: MemoryWarehouse) -> None:
    for hour in range(48):
        snapshot(memory, key(hour / 24), {"a@x": str(hour)})
    sent(memory)

    assert prune(memory, "src", Keep(7, 365), FIRST + 36_500 * DAY) == Pruned()
    # A list that is read no more grows old with its source.
    snapshot(memory, key(400, list_id=2), {"a@x": None})
    assert prune(memory, "src", Keep(7, 365), FIRST + 400 * DAY).snapshots == 46


def test_other_sources_and_lists_are_left_alone(memory: MemoryWarehouse) -> None:
    for day in range(4):
        snapshot(memory, key(day), {"a@x": str(day)})
        snapshot(memory, key(day, source="other"), {"a@x": str(day)})
    for day in (1, 2):  # moments that the other list has pruned
        snapshot(memory, key(day, list_id=2), {"a@x": str(day)})
    sent(memory)

    assert prune(memory, "src", NONE_LONGER, FIRST + 9 * DAY) == Pruned(2, 2)

    assert memory.query(
        "select source, list_id, count(*) from listrak.contact_versions group by all order by all"
    ) == [("other", 1, 4), ("src", 1, 2), ("src", 2, 2)]


def test_contact_that_changed_and_changed_back_is_one_version(memory: MemoryWarehouse) -> None:
    for day in range(8):
        snapshot(memory, key(day / 2), {"a@x": str(day % 2), "b@x": "1"})
    sent(memory)

    assert prune(memory, "src", Keep(0, 99), FIRST + 9 * DAY) == Pruned(3, 5)

    assert versions(memory.query) == [
        ("a@x", 0.5, 3),
        ("a@x", 3, 3.5),
        ("a@x", 3.5, None),
        ("b@x", 0.5, None),
    ]


def test_contact_that_was_there_before_and_after_is_known_to_have_been_in_between(
    memory: MemoryWarehouse,
) -> None:
    for day, people in ((0, {"a@x": "1"}), (1, {}), (3, {"a@x": "1"}), (4, {"a@x": "1"})):
        snapshot(memory, key(day), {"b@x": None, **people}, ALLOWED)
    sent(memory)
    prune(memory, "src", NONE_LONGER, FIRST + 9 * DAY)
    assert days(memory.query, "pruned") == [0, 1]
    snapshot(memory, key(0.5), {"a@x": "1"}, ALLOWED)

    snapshot(memory, key(2), {"a@x": "another since"}, ALLOWED)

    assert (
        memory.query(
            "select user_id from listrak.snapshot_contacts where email = 'a@x' order by snapshot_at"
        )
        == [("1",)] * 4
    )


def test_contact_that_left_at_a_pruned_moment_is_still_there_for_a_later_backfill(
    warehouse: Warehouse, query: Query
) -> None:
    history = History(warehouse, query, Random())
    dated = (None, datetime(2025, 6, 1))
    for day, people in ((0, {"a@x": dated}), (1, {}), (5, {}), (6, {})):
        history.read(day, people)
    history.prune([1])

    history.read(3, {"a@x": dated})

    history.check()
    assert history.copies[3] == {"a@x": dated}


def test_pruned_snapshot_is_decided(memory: MemoryWarehouse) -> None:
    decided = [snapshot(memory, key(day), {"a@x": str(day)}) for day in range(4)]
    sent(memory)
    prune(memory, "src", NONE_LONGER, FIRST + 9 * DAY)
    rows = memory.query("select * from listrak.snapshots order by snapshot_at")

    again = snapshot(memory, key(0), {"b@x": None, "c@x": None})

    assert decided[0] is not None
    assert again == replace(decided[0], status=Status.PRUNED, told=None)
    moment = Moment(FIRST, ends_interval=True)
    assert kind_to_read(memory, key(0), moment, None, FIRST + 9 * DAY) is None
    assert memory.query("select * from listrak.snapshots order by snapshot_at") == rows
    assert memory.query("select * from listrak.trait_changes where status = 'pending'") == []
    assert memory.query("select * from listrak.staged_contacts") == []


def test_process_that_dies_has_pruned_nothing(memory: MemoryWarehouse) -> None:
    for day in range(4):
        snapshot(memory, key(day), {"a@x": str(day)})
    sent(memory)
    tables = ("snapshots", "contact_versions")
    before = [memory.query(f"select * from listrak.{table}") for table in tables]
    memory.crash_at = 0

    with pytest.raises(Crash):
        prune(memory, "src", NONE_LONGER, FIRST + 9 * DAY)

    assert [memory.query(f"select * from listrak.{table}") for table in tables] == before


@dataclass
class Failing:
    """A warehouse whose transactions fail at their ends."""

    memory: MemoryWarehouse
    error: Exception

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.memory.transaction() as transaction:
            yield transaction
            raise self.error


def test_pruning_that_has_to_wait_is_a_warning_with_its_counts(
    memory: MemoryWarehouse, caplog: pytest.LogCaptureFixture
) -> None:
    for day in range(4):
        snapshot(memory, key(day), {"a@x": str(day)})
    sent(memory)
    failing = Failing(memory, WarehouseUnavailableError("The disk is full."))

    assert prune(failing, "src", NONE_LONGER, FIRST + 9 * DAY) == Pruned()

    assert "Source src: nothing was pruned, 2 snapshots are due; the next run" in caplog.text
    assert "The disk is full." in caplog.text
    assert prune(memory, "src", NONE_LONGER, FIRST + 9 * DAY).snapshots == 2


def test_pruning_that_needs_a_person_fails(memory: MemoryWarehouse) -> None:
    failing = Failing(memory, WarehouseRefusedError("The login lacks a right."))

    with pytest.raises(WarehouseRefusedError, match="lacks a right"):
        prune(failing, "src", NONE_LONGER, FIRST)
