from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listrak.diff.changes import ADD, REMOVE, Times, trait_changes

HEAD, AT, NOW = datetime(2026, 1, 1), datetime(2026, 1, 2), datetime(2026, 1, 2, 0, 10)
TIMES = Times(AT, HEAD, NOW)
NOBODY: Mapping[str, datetime] = {}

Contact = tuple[str | None, datetime | None]
Lists = st.dictionaries(
    st.sampled_from(["a@x.example", "b@x.example", "é@x.example", "d'@x.example", ""]),
    st.tuples(
        st.sampled_from([None, "1", "2", "007"]),
        st.sampled_from([None, HEAD, AT, NOW, NOW + timedelta(days=1)]),
    ),
)


def differing(
    head: dict[str, Contact], staged: dict[str, Contact], left: Mapping[str, datetime] = NOBODY
) -> pa.Table:
    """Return the rows the warehouse's join would hand over."""
    emails = [e for e in sorted(head.keys() | staged.keys()) if head.get(e) != staged.get(e)]
    nothing: Contact = (None, None)
    return pa.table(
        {
            "email": pa.array(emails, pa.string()),
            "in_previous": pa.array([e in head for e in emails], pa.bool_()),
            "in_staging": pa.array([e in staged for e in emails], pa.bool_()),
            "previous_user_id": pa.array([head.get(e, nothing)[0] for e in emails], pa.string()),
            "user_id": pa.array([staged.get(e, nothing)[0] for e in emails], pa.string()),
            "subscribed_at": pa.array(
                [staged.get(e, nothing)[1] for e in emails], pa.timestamp("us")
            ),
            "unsubscribed_at": pa.array([left.get(e) for e in emails], pa.timestamp("us")),
        }
    )


def diff(
    head: dict[str, Contact],
    staged: dict[str, Contact],
    times: Times = TIMES,
    left: Mapping[str, datetime] = NOBODY,
) -> list[dict[str, object]]:
    return trait_changes(differing(head, staged, left), times).rows.to_pylist()


def test_new_gone_and_re_identified_contacts_are_told_apart() -> None:
    head: dict[str, Contact] = {"gone@x": ("9", None), "id@x": ("1", None), "same@x": ("5", None)}
    staged: dict[str, Contact] = {"id@x": ("2", None), "new@x": ("3", None), "same@x": ("5", AT)}

    changes = trait_changes(differing(head, staged), TIMES)

    assert [(r["email"], r["change"], r["user_id"]) for r in changes.rows.to_pylist()] == [
        ("gone@x", REMOVE, "9"),
        ("id@x", ADD, "2"),
        ("new@x", ADD, "3"),
    ]
    assert (changes.added, changes.removed, changes.re_identified) == (1, 1, 1)


@pytest.mark.parametrize(
    ("before", "after", "changed"), [(None, None, 0), (None, "1", 1), ("1", None, 1), ("1", "1", 0)]
)
def test_user_ids_compare_null_safely(before: str | None, after: str | None, changed: int) -> None:
    assert len(diff({"a@x": (before, HEAD)}, {"a@x": (after, AT)})) == changed


@pytest.mark.parametrize(
    ("subscribed_at", "occurred_at"),
    [
        (None, AT),
        (HEAD - timedelta(seconds=1), AT),
        (HEAD, HEAD),
        (AT - timedelta(hours=1), AT - timedelta(hours=1)),
        (NOW, NOW),
        (NOW + timedelta(seconds=1), AT),
    ],
)
def test_listraks_time_counts_between_the_head_and_now(
    subscribed_at: datetime | None, occurred_at: datetime
) -> None:
    (change,) = diff({}, {"a@x": (None, subscribed_at)})

    assert change["occurred_at"] == occurred_at


def test_first_snapshot_carries_its_own_time() -> None:
    (change,) = diff({}, {"a@x": (None, AT)}, Times(NOW, None, NOW))

    assert change["occurred_at"] == NOW


@pytest.mark.parametrize(
    ("unsubscribed_at", "occurred_at"),
    [(HEAD - timedelta(days=1), AT), (HEAD, HEAD), (NOW, NOW), (NOW + timedelta(seconds=1), AT)],
)
def test_removal_carries_its_own_time_where_it_is_known(
    unsubscribed_at: datetime, occurred_at: datetime
) -> None:
    (change,) = diff({"a@x": (None, AT)}, {}, left={"a@x": unsubscribed_at})

    assert change["occurred_at"] == occurred_at


def test_removal_carries_the_snapshots_time_else() -> None:
    (change,) = diff({"a@x": (None, AT)}, {})

    assert change["occurred_at"] == AT


@given(Lists)
def test_diff_of_a_snapshot_with_itself_is_empty(head: dict[str, Contact]) -> None:
    assert diff(head, head) == []


@given(Lists, Lists)
def test_applied_changes_give_the_new_snapshot(
    head: dict[str, Contact], staged: dict[str, Contact]
) -> None:
    told = {email: user_id for email, (user_id, _) in head.items()}

    for change in diff(head, staged):
        if change["change"] == ADD:
            told[str(change["email"])] = change["user_id"]  # type: ignore[assignment]  # text or None
        else:
            del told[str(change["email"])]

    assert told == {email: user_id for email, (user_id, _) in staged.items()}


@given(Lists, Lists, st.randoms(), st.integers(1, 3))
def test_order_and_pieces_do_not_matter(
    head: dict[str, Contact], staged: dict[str, Contact], chance: Random, size: int
) -> None:
    rows = differing(head, staged)
    order = list(range(rows.num_rows))
    chance.shuffle(order)
    shuffled = rows.take(pa.array(order, pa.int64()))

    pieces = [
        trait_changes(shuffled.slice(start, size), TIMES).rows
        for start in range(0, rows.num_rows, size)
    ]
    together = [row for piece in pieces for row in piece.to_pylist()]

    assert sorted(together, key=lambda r: str(r["email"])) == diff(head, staged)


@given(Lists, Lists)
def test_no_change_lies_in_the_future(head: dict[str, Contact], staged: dict[str, Contact]) -> None:
    assert all(HEAD <= change["occurred_at"] <= NOW for change in diff(head, staged))  # type: ignore[operator]  # datetimes
