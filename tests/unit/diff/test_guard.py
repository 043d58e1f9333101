from __future__ import annotations

from dataclasses import replace

import pytest

from listrak.diff.decide import Unconfirmed, decide
from listrak.diff.decision import Decision, Status
from listrak.diff.guard import Guard, Removals, lookups_due, reason_to_hold
from listrak.errors import MassRemovalError
from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact
from listrak.snapshot.confirmations import stage_looked_up, stage_unsubscribes
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query
from tests.unit.diff.deciding import (
    ALLOWED,
    FIRST,
    RULES,
    decide_all,
    key,
    missing,
    snapshot,
    stage,
    verdicts,
)

PEOPLE = {f"p{number:03}@x": None for number in range(600)}
TWO_THIRDS = dict(list(PEOPLE.items())[:400])


@pytest.mark.parametrize(
    ("removals", "held"),
    [
        (Removals(1000, 800, removed=200), False),  # 20 % are let through
        (Removals(1000, 799, removed=201), True),
        (Removals(300, 200, removed=100), False),  # 100 contacts are let through
        (Removals(300, 199, removed=101), True),
        (Removals(5, 1, removed=4), False),
        (Removals(1, 0, removed=1), True),
        (Removals(0, 0, removed=0), False),
        (Removals(1000, 999, removed=1, missing=1), True),
        (Removals(1000, 999, removed=1, unconfirmed=1), True),
    ],
)
def test_guard_holds_what_is_not_to_be_believed(removals: Removals, held: bool) -> None:
    assert (reason_to_hold(removals, Guard()) is not None) is held


@pytest.mark.parametrize(
    ("missing", "looked_up", "due"), [(5, 0, 5), (5, 998, 2), (5, 1000, 0), (300, 0, 300)]
)
def test_missing_contacts_are_looked_up_to_a_limit(missing: int, looked_up: int, due: int) -> None:
    removals = Removals(10_000, 9_000, removed=missing, missing=missing)

    assert lookups_due(removals, looked_up, Guard()) == due


def test_lookups_that_could_change_nothing_are_not_made() -> None:
    removals = Removals(10_000, 5_000, removed=5_000, missing=5_000)

    assert lookups_due(removals, 0, Guard()) == 0


def test_mass_removal_is_held_and_the_head_stays(warehouse: Warehouse, query: Query) -> None:
    snapshot(warehouse, key(0), PEOPLE)

    with pytest.raises(MassRemovalError, match="List 1: 200 of 600 contacts \\(33%\\) are gone"):
        snapshot(warehouse, key(1), TWO_THIRDS)

    assert query("select snapshot_at, status from snapshots order by 1") == [
        (FIRST, "head"),
        (key(1).snapshot_at, "held"),
    ]
    assert query(
        "select change, status, count(*) from trait_changes group by 1, 2 order by 1, 2"
    ) == [
        ("add", "pending", 600),
        ("remove", "held", 200),
    ]
    assert query("select count(*) from snapshot_contacts") == [(600,)]


def test_list_that_reads_empty_is_held_without_asking_one_by_one(warehouse: Warehouse) -> None:
    snapshot(warehouse, key(0), {"a@x": None, "b@x": None})
    stage(warehouse, key(1), {})

    with pytest.raises(MassRemovalError, match="it reads empty, and had 2 contacts"):
        decide(warehouse, key(1), RULES, FIRST)


def test_run_that_may_lets_it_through(warehouse: Warehouse, query: Query) -> None:
    snapshot(warehouse, key(0), PEOPLE)
    with pytest.raises(MassRemovalError):
        snapshot(warehouse, key(1), TWO_THIRDS)

    snapshot(warehouse, key(2), TWO_THIRDS, ALLOWED)

    assert query(
        "select status, count(*) from trait_changes where change = 'remove' group by 1 order by 1"
    ) == [("pending", 200), ("superseded", 200)]
    assert query("select count(*) from contact_versions where valid_to is null") == [(400,)]


def test_read_that_finds_them_back_clears_what_is_held(warehouse: Warehouse, query: Query) -> None:
    snapshot(warehouse, key(0), PEOPLE)
    with pytest.raises(MassRemovalError):
        snapshot(warehouse, key(1), TWO_THIRDS)

    snapshot(warehouse, key(2), PEOPLE)

    assert query("select distinct status from trait_changes where change = 'remove'") == [
        ("superseded",)
    ]


def test_held_run_that_is_cleared_is_decided_anew(warehouse: Warehouse, query: Query) -> None:
    snapshot(warehouse, key(0), PEOPLE)
    with pytest.raises(MassRemovalError):
        snapshot(warehouse, key(1), TWO_THIRDS)

    snapshot(warehouse, key(1), PEOPLE)

    assert query("select status from snapshots order by snapshot_at") == [("past",), ("head",)]
    assert query("select count(*) from trait_changes where change = 'remove'") == [(0,)]


def test_clearing_the_diff_alone_still_says_it_is_held(warehouse: Warehouse) -> None:
    snapshot(warehouse, key(0), PEOPLE)
    with pytest.raises(MassRemovalError):
        snapshot(warehouse, key(1), TWO_THIRDS)

    with pytest.raises(MassRemovalError, match="allow_mass_removal"):
        decide(warehouse, key(1), RULES, FIRST)


def test_contact_that_is_gone_is_asked_for_first(warehouse: Warehouse, query: Query) -> None:
    snapshot(warehouse, key(0), {"a@x": "1", "b@x": "2", "c@x": "3", "d@x": "4"})
    stage(warehouse, key(1), {"a@x": "1"})

    first = decide(warehouse, key(1), RULES, FIRST)
    assert isinstance(first, Unconfirmed)
    assert first.since == FIRST
    left = verdicts(missing("b@x"), "unsubscribed")
    stage_unsubscribes(warehouse, first.extract_id, FIRST, [left])

    second = decide(warehouse, key(1), RULES, FIRST)
    assert isinstance(second, Unconfirmed)
    assert second.contacts is not None
    assert second.contacts["email"].to_pylist() == ["c@x", "d@x"]
    found = verdicts(missing("c@x"), "subscribed")
    gone = verdicts(missing("d@x"), "deleted")
    stage_looked_up(warehouse, second.extract_id, [found, gone])

    decision = decide(warehouse, key(1), RULES, FIRST)
    assert decision == Decision(1, Status.HEAD, 2, removed=2, re_identified=1, told=3)
    assert query("select email from snapshot_contacts where snapshot_at = '2026-01-02'") == [
        ("a@x",),
        ("c@x",),
    ]


def test_asking_twice_adds_a_contact_once(warehouse: Warehouse, query: Query) -> None:
    snapshot(warehouse, key(0), {"a@x": None, "b@x": None})
    stage(warehouse, key(1), {"a@x": None})
    outcome = decide(warehouse, key(1), RULES, FIRST)
    assert isinstance(outcome, Unconfirmed)

    for _ in range(2):
        back = verdicts(missing("b@x"), "subscribed")
        stage_looked_up(warehouse, outcome.extract_id, [back])

    assert decide_all(warehouse, key(1)) == Decision(1, Status.HEAD, 2, told=0)
    assert query("select count(*) from contact_versions where valid_to is null") == [(2,)]


def test_contact_forgotten_while_it_is_asked_for_does_not_come_back(
    warehouse: Warehouse, query: Query
) -> None:
    snapshot(warehouse, key(0), {"a@x": None, "b@x": None})
    stage(warehouse, key(1), {"a@x": None})
    outcome = decide(warehouse, key(1), RULES, FIRST)
    assert isinstance(outcome, Unconfirmed)

    forget_contact(warehouse, address_sha256("b@x"), FIRST)
    stage_looked_up(warehouse, outcome.extract_id, [verdicts(missing("b@x"), "subscribed")])

    assert decide_all(warehouse, key(1)) == Decision(1, Status.HEAD, 1, told=0)
    assert query("select email from trait_changes") == [("a@x",)]


def test_more_than_may_be_asked_for_are_held(warehouse: Warehouse) -> None:
    few = replace(RULES, guard=Guard(confirm_at_most=1))
    snapshot(warehouse, key(0), {"a@x": None, "b@x": None, "c@x": None})

    with pytest.raises(MassRemovalError, match="1 contacts are gone without an unsubscribe"):
        snapshot(warehouse, key(1), {"a@x": None}, few)


def test_behind_the_head_nothing_is_guarded(warehouse: Warehouse) -> None:
    snapshot(warehouse, key(0), PEOPLE)
    snapshot(warehouse, key(2), {"new@x": None}, ALLOWED)

    decision = snapshot(warehouse, key(1), {"new@x": None})

    assert decision is not None
    assert (decision.status, decision.removed) == (Status.PAST, 600)
