"""Snapshots that are told whole: a full resync, a trait under another name, lists let go of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from listrak.diff.let_go import LettingGo, let_go_of_lists
from listrak.diff.rules import Rules
from listrak.errors import MassRemovalError
from tests.unit.diff.deciding import FIRST, RULES, asked, key, snapshot
from tests.unit.memory_warehouse import MemoryWarehouse

RESYNC = asked(full_resync=True)
Told = set[tuple[str, str, str]]


@pytest.fixture
def memory() -> MemoryWarehouse:
    return MemoryWarehouse()


def told(memory: MemoryWarehouse, day: int, list_id: int = 1) -> Told:
    """Return the changes of a snapshot."""
    rows = memory.query(
        "select email, change, trait from listrak.trait_changes "
        f"where snapshot_at = '{key(day).snapshot_at}' and list_id = {list_id}"
    )
    assert len(rows) == len(set(rows))
    return set(rows)


def send(memory: MemoryWarehouse) -> None:
    memory.query(
        "update listrak.trait_changes set status = 'sent', message_id = email || snapshot_at "
        "where status = 'pending'"
    )


def test_full_resync_tells_every_contact_and_takes_back_every_other(
    memory: MemoryWarehouse,
) -> None:
    snapshot(memory, key(0), {"old@x": None, "stays@x": None, "moves@x": "1"})
    send(memory)
    snapshot(memory, key(1), {"stays@x": None, "moves@x": "1", "goes@x": None})
    send(memory)

    snapshot(memory, key(2), {"stays@x": None, "moves@x": "2", "new@x": None}, RESYNC)

    assert told(memory, 2) == {
        ("stays@x", "add", "T_1"),
        ("moves@x", "add", "T_1"),
        ("new@x", "add", "T_1"),
        ("goes@x", "remove", "T_1"),
        ("old@x", "remove", "T_1"),
    }


def test_full_resync_takes_back_what_may_have_arrived(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": None, "b@x": None})
    memory.query(
        "update listrak.trait_changes set status = 'superseded', message_id = 'm'"
        " where email = 'a@x'"
    )

    snapshot(memory, key(1), {"b@x": None}, RESYNC)

    assert ("a@x", "remove", "T_1") in told(memory, 1)


def test_resync_of_a_decided_snapshot_is_no_resync(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": None}, RESYNC)
    send(memory)

    snapshot(memory, key(0), {"a@x": None}, RESYNC)

    assert memory.query("select distinct status from listrak.trait_changes") == [("sent",)]


def test_resync_behind_the_head_sends_nothing(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(1), {"a@x": None})
    send(memory)

    snapshot(memory, key(0), {"a@x": None, "b@x": None}, RESYNC)

    assert memory.query("select distinct status from listrak.trait_changes order by 1") == [
        ("historical",),
        ("sent",),
    ]


def test_trait_under_another_name_replaces_the_old_one(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": None, "b@x": None, "c@x": None})
    send(memory)
    snapshot(memory, key(1), {"a@x": None, "b@x": None})
    send(memory)

    snapshot(memory, key(2), {"a@x": None, "d@x": None}, Rules("t_1"))

    assert told(memory, 2) == {
        ("a@x", "add", "t_1"),
        ("a@x", "remove", "T_1"),
        ("b@x", "remove", "T_1"),
        ("b@x", "remove", "t_1"),
        ("d@x", "add", "t_1"),
    }


def test_trait_keeps_its_new_name_quietly(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": None})
    send(memory)
    snapshot(memory, key(1), {"a@x": None}, Rules("t_1"))
    send(memory)

    snapshot(memory, key(2), {"a@x": None}, Rules("t_1"))

    assert told(memory, 2) == set()


def test_dry_run_decides_nothing_and_notes_what_it_found(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": None, "b@x": None})

    for _ in range(2):
        decision = snapshot(memory, key(1), {"a@x": None, "c@x": None}, asked(dry_run=True))

    assert decision is not None
    assert decision.counts == {
        "extracted": 2, "added": 1, "removed": 1, "re_identified": 0, "told": 2,
        "status": "dry_run",
    }  # fmt: skip
    assert memory.query("select snapshot_at, status from listrak.snapshots") == [(FIRST, "head")]
    assert memory.query(
        "select status, count(*) from listrak.trait_changes group by 1 order by 1"
    ) == [("dry_run", 2), ("pending", 2)]
    assert memory.query("select count(*) from listrak.staged_contacts") == [(0,)]


def test_dry_run_leaves_what_is_held_alone(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": None})
    with pytest.raises(MassRemovalError):
        snapshot(memory, key(1), {})

    snapshot(memory, key(1), {}, asked(dry_run=True))

    assert memory.query("select status from listrak.snapshots order by snapshot_at") == [
        ("head",),
        ("held",),
    ]
    assert memory.query(
        "select status, count(*) from listrak.trait_changes group by 1 order by 1"
    ) == [("dry_run", 1), ("held", 1), ("pending", 1)]


def test_dry_run_of_a_resync_behind_the_head_tells_nothing_again(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": None})
    snapshot(memory, key(2), {"a@x": None})

    snapshot(memory, key(1), {"a@x": None}, asked(dry_run=True, full_resync=True))

    assert told(memory, 1) == set()


def test_trait_that_another_list_took_over_is_not_taken_back(memory: MemoryWarehouse) -> None:
    same = Rules("Subscribed")
    snapshot(memory, key(0, list_id=1), {"both@x": None, "one@x": None}, same)
    send(memory)
    snapshot(memory, key(1, list_id=2), {"both@x": None}, same)

    assert let_go(memory, 2, 2) == {1: 1}

    assert told(memory, 2) == {("one@x", "remove", "Subscribed")}


def test_decided_snapshot_clears_the_dry_run_away(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": None}, asked(dry_run=True))

    snapshot(memory, key(1), {"a@x": None})

    assert memory.query("select status from listrak.trait_changes") == [("pending",)]


def test_dry_run_of_a_full_resync_notes_all_of_it(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": None, "b@x": None})

    snapshot(memory, key(1), {"a@x": None, "b@x": None}, asked(dry_run=True, full_resync=True))

    assert told(memory, 1) == {("a@x", "add", "T_1"), ("b@x", "add", "T_1")}


def test_dry_run_says_what_would_be_held(
    memory: MemoryWarehouse, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot(memory, key(0), {"a@x": None})

    snapshot(memory, key(1), {}, asked(dry_run=True))

    assert "List 1: it reads empty, and had 1 contacts" in caplog.text


def let_go(memory: MemoryWarehouse, day: int, *lists: int, removes: bool = True) -> dict[int, int]:
    how = LettingGo(key(day).snapshot_at, "run", removes)
    return let_go_of_lists(memory, "src", lists, how, key(day).snapshot_at + timedelta(hours=1))


def test_list_that_left_loses_its_traits_once(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": "1", "b@x": None})
    send(memory)

    assert let_go(memory, 1) == {1: 2}

    assert told(memory, 1) == {("a@x", "remove", "T_1"), ("b@x", "remove", "T_1")}
    assert memory.query("select count(*) from listrak.contact_versions where valid_to is null") == [
        (0,)
    ]
    assert let_go(memory, 2) == {}


def test_list_that_comes_back_begins_anew(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(0), {"a@x": None})
    send(memory)
    let_go(memory, 1)
    send(memory)

    snapshot(memory, key(2), {"a@x": None})

    assert told(memory, 2) == {("a@x", "add", "T_1")}


def test_list_that_left_keeps_its_traits_by_default_and_says_so(
    memory: MemoryWarehouse, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot(memory, key(0), {"a@x": None})

    assert let_go(memory, 1, removes=False) == {}

    assert "has sent list 1, which is not among its lists any more" in caplog.text
    assert told(memory, 1) == set()


def test_dry_run_lets_go_of_no_list_and_notes_what_it_would_take_back(
    memory: MemoryWarehouse,
) -> None:
    snapshot(memory, key(0), {"a@x": None})
    how = LettingGo(key(1).snapshot_at, "run", removes_traits=True, dry_run=True)

    assert let_go_of_lists(memory, "src", [], how, key(1).snapshot_at) == {1: 1}

    assert told(memory, 1) == {("a@x", "remove", "T_1")}
    assert memory.query(
        "select status, count(*) from listrak.trait_changes group by 1 order by 1"
    ) == [("dry_run", 1), ("pending", 1)]
    assert memory.query("select kind, status from listrak.snapshots") == [("observed", "head")]


def test_list_is_not_let_go_of_in_the_past(memory: MemoryWarehouse) -> None:
    snapshot(memory, key(1), {"a@x": None})

    assert let_go(memory, 0) == {}


def test_configured_list_stays(memory: MemoryWarehouse, caplog: pytest.LogCaptureFixture) -> None:
    snapshot(memory, key(0), {"a@x": None})

    assert let_go(memory, 1, 1, removes=False) == {}
    assert caplog.text == ""


def test_list_known_under_another_source_is_warned_about_before_it_is_sent(
    memory: MemoryWarehouse, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot(memory, key(0, source="Old"), {"a@x": None})

    snapshot(memory, key(1, source="New"), {"a@x": None}, replace(RULES))

    assert "under another source: Old" in caplog.text
