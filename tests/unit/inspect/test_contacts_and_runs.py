"""Contacts and runs by the saved queries, on a known history and on every engine."""

from __future__ import annotations

import pytest

from listrak.warehouse.warehouse import Door
from tests.unit.diff.deciding import DAY
from tests.unit.inspect.asking import Rows, ask, day

HOUR = DAY / 24


@pytest.mark.parametrize(
    ("email", "events"),
    [
        (
            "Ann@X",
            [
                (1, day(0), "joined", None, None),
                (1, day(0) + 2 * HOUR, "sent", "T_1", "true"),
                (1, day(2), "user id changed", None, None),
                (2, day(2), "joined", None, None),
                (1, day(2) + 2 * HOUR, "sent", "T_1", "true"),
                (2, day(2) + 2 * HOUR, "sent", "T_2", "true"),
                (2, day(3) + HOUR, "held", "T_2", "null"),
            ],
        ),
        (
            "bob@x",
            [
                (1, day(0), "joined", None, None),
                (1, day(0) + 2 * HOUR, "sent", "T_1", "true"),
                (1, day(1), "left", None, None),
                (1, day(1) + 2 * HOUR, "sent", "T_1", "null"),
                (1, day(2), "joined", None, None),
                (1, day(2) + 2 * HOUR, "sent", "T_1", "true"),
            ],
        ),
        (
            "dan@x",
            [
                (2, day(2), "joined", None, None),
                (2, day(2) + HOUR, "rejected", "T_2", "true"),
                (2, day(3) + HOUR, "held", "T_2", "null"),
            ],
        ),
        (
            "hal@x",
            [
                (3, day(0), "joined", None, None),
                (3, day(0) + 2 * HOUR, "sent", "T_3", "true"),
                (3, day(1), "subscribed anew", None, None),
            ],
        ),
        ("nobody@x", []),
    ],
)
def test_history_of_a_contact(lived: Door, email: str, events: Rows) -> None:
    columns = "list_id happened_at event trait trait_value"

    assert ask(lived, "contact_history", f"email={email}", columns=columns) == events


def test_last_told_is_the_last_that_was_sent(lived: Door) -> None:
    columns = "list_id email trait is_true user_id sent_at"

    of_list_1 = ask(lived, "last_told", "list_id=1", columns=columns)
    of_ann = ask(lived, "last_told", "email=ANN@x", columns="list_id trait is_true")
    of_both = ask(lived, "last_told", "email=dan@x", "list_id=2", columns=columns)

    assert of_list_1 == [
        (1, "ann@x", "T_1", True, "A1", day(2) + 2 * HOUR),
        (1, "bob@x", "T_1", True, "7", day(2) + 2 * HOUR),
        (1, "cat@x", "T_1", True, None, day(1) + 2 * HOUR),
    ]
    assert of_ann == [(1, "T_1", True), (2, "T_2", True)]
    assert of_both == []


def test_trait_of_who_left_was_last_told_null(lived: Door) -> None:
    assert ask(lived, "last_told", "list_id=3", columns="email is_true sent_at") == [
        ("gus@x", False, day(1) + 2 * HOUR),
        ("hal@x", True, day(0) + 2 * HOUR),
        ("ida@x", True, day(1) + 2 * HOUR),
    ]


def test_run_is_the_latest_or_the_one_named(lived: Door) -> None:
    columns = "list_id kind status contact_count added_count sent pending held rejected"

    assert ask(lived, "run", columns=columns) == [
        (1, "observed", "head", 4, 1, 0, 1, 0, 0),
        (2, "observed", "held", 0, 0, 0, 0, 2, 0),
    ]
    assert ask(lived, "run", f"run_id=run-{day(2)}", columns=columns) == [
        (1, "observed", "past", 3, 1, 2, 0, 0, 0),
        (2, "observed", "head", 2, 2, 1, 0, 0, 1),
    ]
    assert ask(lived, "run", "run_id=none") == []


def test_waiting_contacts_say_why(lived: Door) -> None:
    columns = "list_id status email change http_status reason"
    rejected = (2, "rejected", "dan@x", "add", 400, "Segment says no")
    held = [
        (2, "held", email, "remove", None, "held by the guard: see the saved query held")
        for email in ("ann@x", "dan@x")
    ]
    pending = (1, "pending", "eve@x", "add", None, "waits for the next load")

    assert ask(lived, "waiting", columns=columns) == [rejected, pending, *held]
    assert ask(lived, "waiting", "list_id=1", columns=columns) == [pending]
    assert ask(lived, "waiting", "list_id=2", "status=held", columns=columns) == held


def test_what_is_not_sent_is_counted_by_reason(lived: Door) -> None:
    columns = "list_id status change_count"

    assert ask(lived, "not_sent", columns=columns) == [
        (1, "historical", 1),
        (1, "pending", 1),
        (2, "held", 2),
        (2, "rejected", 1),
    ]
