from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listrak.diff.decide import decide
from listrak.diff.decision import Decision, Status
from listrak.errors import WarehouseRefusedError
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query, contacts
from tests.unit.diff.deciding import (
    ALLOWED,
    DAY,
    FIRST,
    RULES,
    key,
    missing,
    snapshot,
    stage,
    verdicts,
)
from tests.unit.memory_warehouse import MemoryWarehouse

States = st.lists(
    st.dictionaries(st.sampled_from("abcde"), st.sampled_from([None, "1", "2"])),
    min_size=1,
    max_size=5,
)


def test_first_snapshot_adds_every_contact(warehouse: Warehouse, query: Query) -> None:
    decision = snapshot(warehouse, key(0), {"a@x": "1", "b@x": None})

    assert decision == Decision(1, Status.HEAD, extracted=2, added=2, told=2)
    assert query("select email, user_id, change, trait, status from trait_changes order by 1") == [
        ("a@x", "1", "add", "T_1", "pending"),
        ("b@x", None, "add", "T_1", "pending"),
    ]


def test_next_snapshot_becomes_the_head(warehouse: Warehouse, query: Query) -> None:
    snapshot(warehouse, key(0), {"a@x": "1", "b@x": None, "c@x": "3"})

    decision = snapshot(warehouse, key(1), {"a@x": "2", "c@x": "3", "d@x": None})

    assert decision == Decision(1, Status.HEAD, 3, added=1, removed=1, re_identified=1, told=3)
    assert query(
        "select snapshot_at, status, contact_count, previous_snapshot_at, kind, trait "
        "from snapshots order by 1"
    ) == [
        (FIRST, "past", 3, None, "observed", "T_1"),
        (FIRST + DAY, "head", 3, FIRST, "observed", "T_1"),
    ]


def test_staging_is_empty_after_the_decision(warehouse: Warehouse, query: Query) -> None:
    snapshot(warehouse, key(0), {"a@x": "1"})

    assert query("select count(*) from staged_contacts") == [(0,)]
    assert query("select count(*) from staged_snapshots") == [(0,)]


def test_lists_do_not_touch_each_other(warehouse: Warehouse, query: Query) -> None:
    snapshot(warehouse, key(0, list_id=1), {"a@x": "1"})
    snapshot(warehouse, key(0, list_id=2), {"b@x": "2"})

    decision = snapshot(warehouse, key(1, list_id=2), {"b@x": "2"})

    assert decision == Decision(2, Status.HEAD, extracted=1, told=0)
    assert query("select list_id, email from contact_versions where valid_to is null") == [
        (1, "a@x"),
        (2, "b@x"),
    ]


def test_deciding_again_returns_the_decision_and_changes_nothing(
    warehouse: Warehouse, query: Query
) -> None:
    first = snapshot(warehouse, key(0), {"a@x": "1"})

    again = snapshot(warehouse, key(0), {"b@x": "2", "c@x": "3"})

    assert first is not None
    assert again == replace(first, status=Status.HEAD, told=None)
    assert query("select email from snapshot_contacts") == [("a@x",)]


def test_nothing_staged_is_nothing_decided(warehouse: Warehouse) -> None:
    assert decide(warehouse, key(0), RULES, FIRST) is None


def test_snapshot_behind_the_head_is_recorded_and_sends_nothing(
    warehouse: Warehouse, query: Query
) -> None:
    snapshot(warehouse, key(0), {"a@x": "1"})
    snapshot(warehouse, key(2), {"b@x": "2"})

    decision = snapshot(warehouse, key(1), {"a@x": "1", "c@x": "3"}, kind=Kind.RECONSTRUCTED)

    assert decision == Decision(1, Status.PAST, extracted=2, added=1, told=1)
    assert query("select email, status from trait_changes where snapshot_at = '2026-01-02'") == [
        ("c@x", "historical")
    ]
    assert query(
        "select kind, status, previous_snapshot_at from snapshots where snapshot_at = '2026-01-02'"
    ) == [("reconstructed", "past", FIRST)]
    assert query("select count(*) from trait_changes where status = 'pending'") == [(3,)]


def test_contact_that_is_the_same_before_and_after_was_so_in_between(
    warehouse: Warehouse, query: Query
) -> None:
    snapshot(warehouse, key(0), {"a@x": "1", "b@x": "2"})
    snapshot(warehouse, key(2), {"a@x": "1", "b@x": "2"})

    snapshot(warehouse, key(1), {"b@x": "changed since"}, kind=Kind.RECONSTRUCTED)

    assert query(
        "select email, user_id from snapshot_contacts where snapshot_at = '2026-01-02' order by 1"
    ) == [("a@x", "1"), ("b@x", "2")]
    assert query("select count(*) from contact_versions") == [(2,)]


def test_contact_that_seems_to_have_subscribed_later_is_not_known_to_have_left(
    warehouse: Warehouse, query: Query
) -> None:
    snapshot(warehouse, key(0), {"a@x": "1", "b@x": None})
    later = verdicts(pa.concat_tables([missing("a@x"), missing("c@x")]), "later")
    pieces = [contacts({"b@x": None}), later.select(["email", "user_id", "subscribed_at", "state"])]
    stage_contacts(warehouse, key(1), Kind.RECONSTRUCTED, "run", pieces)

    decision = decide(warehouse, key(1), RULES, FIRST + 2 * DAY)

    assert decision == Decision(1, Status.HEAD, 2, told=0)
    assert query("select count(*) from contact_versions") == [(2,)]


def test_contact_that_was_only_re_identified_was_not_gone_in_between(
    warehouse: Warehouse, query: Query
) -> None:
    snapshot(warehouse, key(0), {"a@x": "1", "b@x": None})
    snapshot(warehouse, key(2), {"a@x": "2", "b@x": None})

    decision = snapshot(warehouse, key(1), {"b@x": None}, kind=Kind.RECONSTRUCTED)

    assert decision is not None
    assert (decision.extracted, decision.removed) == (2, 0)
    assert query("select email, user_id from snapshot_contacts order by snapshot_at, email") == [
        ("a@x", "1"), ("b@x", None), ("a@x", "1"), ("b@x", None), ("a@x", "2"), ("b@x", None),
    ]  # fmt: skip


def test_contact_stays_one_version_while_it_stays_the_same(
    warehouse: Warehouse, query: Query
) -> None:
    snapshot(warehouse, key(3), {"a@x": "1"})

    for day in (2, 1, 0):
        snapshot(warehouse, key(day), {"a@x": "1"}, kind=Kind.RECONSTRUCTED)

    assert query("select valid_from, valid_to from contact_versions") == [(FIRST, None)]
    assert query("select count(*) from snapshot_contacts") == [(4,)]


@settings(max_examples=30, deadline=None)
@given(States, st.randoms())
def test_every_snapshot_reads_as_if_copied_whole_in_any_order(
    states: Sequence[dict[str, str | None]], chance: Random
) -> None:
    days = list(range(len(states)))
    chance.shuffle(days)
    warehouse = MemoryWarehouse()
    for number, day in enumerate(days):
        before = copies(warehouse)
        snapshot(warehouse, key(day), states[day], ALLOWED)
        after = copies(warehouse)
        assert {at: rows for at, rows in after.items() if at in before} == before
        if day == max(days[: number + 1]):
            assert after[day] == states[day]


def copies(warehouse: MemoryWarehouse) -> dict[int, dict[str, str | None]]:
    days = warehouse.query("select snapshot_at from listrak.snapshots")
    rows = warehouse.query("select snapshot_at, email, user_id from listrak.snapshot_contacts")
    found: dict[int, dict[str, str | None]] = {(at - FIRST).days: {} for (at,) in days}
    for at, email, user_id in rows:
        assert email not in found[(at - FIRST).days]
        found[(at - FIRST).days][email] = user_id
    return found


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ("update listrak.snapshots set status = 'past'", "is not marked as the head"),
        ("delete from listrak.snapshots", "no snapshot that holds them"),
    ],
)
def test_head_without_its_snapshot_is_not_built_upon(statement: str, seen: str) -> None:
    warehouse = MemoryWarehouse()
    snapshot(warehouse, key(0), {"a@x": "1"})
    warehouse.query(statement)
    stage(warehouse, key(1), {"b@x": "1"})

    with pytest.raises(WarehouseRefusedError, match=seen) as caught:
        decide(warehouse, key(1), RULES, FIRST + DAY)

    assert "docs/promises.md" in str(caught.value)
    assert warehouse.query("select email from listrak.trait_changes") == [("a@x",)]
