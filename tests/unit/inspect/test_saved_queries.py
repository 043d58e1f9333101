"""Lists by the saved queries, on a known history and on every engine."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from listrak.warehouse.warehouse import Door
from local.saved_queries import saved_queries
from tests.unit.inspect.asking import Rows, ask, day


@pytest.mark.parametrize(
    ("moment", "snapshot_at", "members"),
    [
        (["at=2025-12-30"], None, []),
        # The end of a day is its midnight: a daily source's snapshot of it is dated so.
        (["at=2025-12-31"], day(0), ["ann@x", "bob@x"]),
        (["at=2026-01-01"], day(1), ["ann@x", "cat@x"]),
        (["at=2026-01-01T23:59:59"], day(0.5), ["ann@x", "bob@x", "cat@x"]),
        (["at=2026-01-01T12:00"], day(0.5), ["ann@x", "bob@x", "cat@x"]),
        (["at=2026-01-01T12:59:59+01:00"], day(0), ["ann@x", "bob@x"]),
        # The newest at 08:00 was pruned: what it held is not known any more.
        (["at=2026-01-01 08:00"], day(0), ["ann@x", "bob@x"]),
        ([], day(3), ["ann@x", "bob@x", "cat@x", "eve@x"]),
    ],
)
def test_members_are_those_of_the_newest_kept_snapshot(
    lived: Door, moment: list[str], snapshot_at: datetime | None, members: list[str]
) -> None:
    found = ask(lived, "members", "list_id=1", *moment, columns="snapshot_at email")

    assert found == [(snapshot_at, email) for email in members]


def test_members_have_the_user_id_of_their_time(lived: Door) -> None:
    on_day_1 = ask(lived, "members", "list_id=1", "at=2026-01-01")
    on_list_2 = ask(lived, "members", "list_id=2")

    subscribed = datetime(2025, 6, 1)
    assert on_day_1[0] == ("src", 1, day(1), "ann@x", None, subscribed)
    assert on_list_2[0] == ("src", 2, day(2), "ann@x", "A1", subscribed)


@pytest.mark.parametrize(
    ("between", "events"),
    [
        (
            [],
            [
                ("ann@x", "joined", day(0)),
                ("bob@x", "joined", day(0)),
                ("cat@x", "joined", day(0.5)),
                ("bob@x", "left", day(1)),
                ("bob@x", "joined", day(2)),
                ("eve@x", "joined", day(3)),
            ],
        ),
        (
            ["since=2026-01-01", "until=2026-01-01"],
            [("cat@x", "joined", day(0.5)), ("bob@x", "left", day(1))],
        ),
        (["since=2026-01-01T12:00", "until=2026-01-02T00:00"], [("bob@x", "left", day(1))]),
        (["since=2026-01-04"], []),
    ],
)
def test_joined_and_left_between_two_moments(lived: Door, between: list[str], events: Rows) -> None:
    found = ask(lived, "joined_and_left", "list_id=1", *between, columns="email event snapshot_at")

    assert found == events


def test_joined_at_listraks_own_time_where_it_is_known(lived: Door) -> None:
    between = ["list_id=3", "since=2026-01-01", "until=2026-01-01"]

    assert ask(lived, "joined_and_left", *between, columns="email event happened_at") == [
        ("ida@x", "joined", day(0.75)),
        ("gus@x", "left", day(1)),
    ]


def test_churn_counts_a_midnight_to_the_day_it_ends(lived: Door) -> None:
    found = ask(lived, "churn", columns="list_id day contacts_at_end came went growth")

    assert found == [
        (1, date(2026, 1, 3), 4, 1, 0, 1),
        (1, date(2026, 1, 2), 3, 1, 0, 1),
        (2, date(2026, 1, 2), 2, 2, 0, 2),
        (1, date(2026, 1, 1), 2, 1, 1, 0),
        (3, date(2026, 1, 1), 2, 1, 1, 0),
        (1, date(2025, 12, 31), 2, 2, 0, 2),
        (3, date(2025, 12, 31), 2, 2, 0, 2),
    ]
    assert ask(lived, "churn", "list_id=1", "since=2026-01-02") == [
        ("src", 1, date(2026, 1, 3), 4, 1, 0, 1),
        ("src", 1, date(2026, 1, 2), 3, 1, 0, 1),
    ]


@pytest.mark.parametrize("which", [[], ["list_id=1"], ["list_id=2"]])
def test_contacts_on_several_lists(lived: Door, which: list[str]) -> None:
    found = ask(lived, "several_lists", *which, columns="email lists list_id user_id")

    assert found == [("ann@x", 2, 1, "A1"), ("ann@x", 2, 2, "A1")]
    assert ask(lived, "several_lists", "list_id=3") == []
    assert ask(lived, "overlap") == [("src", 1, 2, 1, 1)]


@pytest.mark.parametrize(
    ("moments", "differing"),
    [
        (
            ["earlier=2025-12-31"],
            [
                ("cat@x", None, None, "added"),
                ("eve@x", None, None, "added"),
                ("ann@x", None, "A1", "user id changed"),
            ],
        ),
        (
            ["earlier=2025-12-31", "later=2026-01-01"],
            [("cat@x", None, None, "added"), ("bob@x", "7", None, "removed")],
        ),
        (["earlier=2025-12-31", "later=2026-01-01T08:00"], []),
        (
            ["earlier=2020-01-01", "later=2025-12-31"],
            [("ann@x", None, None, "added"), ("bob@x", None, "7", "added")],
        ),
    ],
)
def test_differences_between_two_moments(lived: Door, moments: list[str], differing: Rows) -> None:
    columns = "email earlier_user_id later_user_id difference"

    assert ask(lived, "differences", "list_id=1", *moments, columns=columns) == differing


def test_memberships_are_whole_stays(lived: Door) -> None:
    found = lived.ask(
        "select email, joined_at, left_at from memberships where list_id = 1 order by 1, 2"
    )

    assert [tuple(row.values()) for row in found.to_pylist()] == [
        ("ann@x", day(0), None),
        ("bob@x", day(0), day(1)),
        ("bob@x", day(2), None),
        ("cat@x", day(0.5), None),
        ("eve@x", day(3), None),
    ]


REQUIRED = {"list_id": "1", "email": "ann@x", "earlier": "2025-12-31"}


@pytest.mark.parametrize("name", saved_queries())
def test_everything_optional_may_be_left_out(name: str, lived: Door) -> None:
    required = [
        f"{each.name}={REQUIRED[each.name]}"
        for each in saved_queries()[name].parameters
        if each.required
    ]

    assert ask(lived, name, *required) or name == "dry_run"
