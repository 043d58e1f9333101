from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from listrak.diff.decide import decide
from listrak.diff.rules import Rules
from listrak.errors import (
    FutureMomentError,
    ListrakUnavailableError,
    WarehouseRefusedError,
    WarehouseUnavailableError,
)
from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact
from listrak.snapshot.kind import Kind, kind_to_read
from listrak.snapshot.moment import Moment
from listrak.snapshot.staging import stage_contacts
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query, contacts

KEY = SnapshotKey("src", 1, datetime(2026, 1, 1))
NOW = datetime(2026, 1, 1, 0, 5)
HOUR = timedelta(hours=1)


def test_pieces_are_one_read(warehouse: Warehouse, query: Query) -> None:
    pieces = [contacts({"a@example.com": "1"}), contacts({"b@example.com": None})]

    assert stage_contacts(warehouse, KEY, Kind.OBSERVED, "run", pieces) == 2

    assert query("select email, user_id from staged_contacts order by 1") == [
        ("a@example.com", "1"),
        ("b@example.com", None),
    ]


def test_repeated_contact_is_kept_once_with_its_latest_subscription(
    warehouse: Warehouse, query: Query
) -> None:
    early, late = datetime(2025, 1, 1), datetime(2025, 3, 1)
    pieces = [
        contacts({"a@example.com": "new", "b@example.com": "b"}, late),
        contacts({"a@example.com": "old"}, early),
    ]

    assert stage_contacts(warehouse, KEY, Kind.OBSERVED, "run", pieces) == 2

    assert query("select user_id, subscribed_at from staged_contacts where user_id <> 'b'") == [
        ("new", late)
    ]


def test_read_that_breaks_off_leaves_nothing(warehouse: Warehouse, query: Query) -> None:
    def pieces() -> Iterator[pa.Table]:
        yield contacts({"a@example.com": None})
        raise ListrakUnavailableError("gone")

    with pytest.raises(ListrakUnavailableError, match="gone"):
        stage_contacts(warehouse, KEY, Kind.OBSERVED, "run", pieces())

    assert query("select count(*) from staged_contacts") == [(0,)]
    assert query("select count(*) from staged_snapshots") == [(0,)]


def test_second_read_replaces_the_first(warehouse: Warehouse, query: Query) -> None:
    stage_contacts(warehouse, KEY, Kind.OBSERVED, "run", [contacts({"a@example.com": None})])

    stage_contacts(warehouse, KEY, Kind.OBSERVED, "run", [contacts({"b@example.com": None})])

    assert query("select email from staged_contacts") == [("b@example.com",)]


def test_attempt_that_was_overtaken_stops(warehouse: Warehouse, query: Query) -> None:
    def pieces() -> Iterator[pa.Table]:
        yield contacts({"a@example.com": None})
        stage_contacts(warehouse, KEY, Kind.OBSERVED, "run", [contacts({"b@example.com": None})])
        yield contacts({"c@example.com": None})

    with pytest.raises(WarehouseUnavailableError, match="Another attempt"):
        stage_contacts(warehouse, KEY, Kind.OBSERVED, "run", pieces())

    assert query("select email from staged_contacts") == [("b@example.com",)]


@pytest.mark.parametrize("other", [{}, {"list_id": 2}, {"source": "gone"}])
def test_abandoned_reads_are_cleared_away_by_any_later_read(
    warehouse: Warehouse, query: Query, other: dict[str, Any]
) -> None:
    stage(warehouse, replace(KEY, **other), "a@example.com", NOW)
    later = replace(KEY, snapshot_at=datetime(2026, 1, 9))

    stage(warehouse, later, "b@example.com", NOW + timedelta(8))

    assert query("select email from staged_contacts") == [("b@example.com",)]
    assert query("select count(*) from staged_snapshots") == [(1,)]


def test_runs_side_by_side_leave_each_others_reads_alone(
    warehouse: Warehouse, query: Query
) -> None:
    stage(warehouse, KEY, "a@example.com", NOW)

    stage(warehouse, replace(KEY, snapshot_at=KEY.snapshot_at + HOUR), "b@example.com", NOW)

    assert query("select count(*) from staged_contacts") == [(2,)]


@pytest.mark.parametrize(
    ("subscribed_at", "kept"),
    [(NOW - HOUR, 0), (NOW, 0), (None, 0), (NOW + HOUR, 1)],
)
def test_forgotten_contact_is_left_out_until_it_subscribes_anew(
    warehouse: Warehouse, subscribed_at: datetime | None, kept: int
) -> None:
    forget_contact(warehouse, address_sha256("a@example.com"), NOW)
    piece = contacts({"a@example.com": "1"})
    dated = piece.set_column(2, "subscribed_at", pa.array([subscribed_at], pa.timestamp("us")))

    assert stage_contacts(warehouse, KEY, Kind.OBSERVED, "run", [dated]) == kept


def test_forgotten_contact_is_in_no_staging_under_way(warehouse: Warehouse, query: Query) -> None:
    forget_contact(warehouse, address_sha256("a@example.com"), NOW + HOUR)
    seen: list[tuple[Any, ...]] = []

    def pieces() -> Iterator[pa.Table]:
        yield contacts({"a@example.com": None, "b@example.com": None})
        seen.extend(query("select email from staged_contacts"))

    stage_contacts(warehouse, KEY, Kind.OBSERVED, "run", pieces())

    assert seen == [("b@example.com",)]


def test_decided_snapshot_is_not_read_again(warehouse: Warehouse) -> None:
    assert kind(warehouse, KEY) is Kind.OBSERVED

    stage(warehouse, KEY, "a@example.com", NOW)
    decide(warehouse, KEY, Rules("T"), NOW)

    assert kind(warehouse, KEY) is None


def test_moment_that_is_past_is_reconstructed(warehouse: Warehouse) -> None:
    assert kind(warehouse, replace(KEY, snapshot_at=NOW - 2 * HOUR)) is Kind.RECONSTRUCTED


def test_moment_to_come_is_not_read(warehouse: Warehouse) -> None:
    with pytest.raises(FutureMomentError, match="still to come"):
        kind(warehouse, replace(KEY, snapshot_at=NOW + 3 * HOUR))


def test_moment_behind_the_head_is_reconstructed(warehouse: Warehouse) -> None:
    stage(warehouse, KEY, "a@example.com", NOW)
    decide(warehouse, KEY, Rules("T"), NOW)

    behind = replace(KEY, snapshot_at=KEY.snapshot_at - timedelta(seconds=1))

    assert kind(warehouse, behind) is Kind.RECONSTRUCTED


def test_newest_snapshot_of_the_future_stops_the_source_aloud(warehouse: Warehouse) -> None:
    future = replace(KEY, snapshot_at=NOW + 30 * 24 * HOUR)
    stage(warehouse, future, "a@example.com", NOW)
    decide(warehouse, future, Rules("T"), NOW)

    with pytest.raises(WarehouseRefusedError, match="dated 2026-01-31 00:05:00 UTC"):
        kind(warehouse, KEY)


def stage(warehouse: Warehouse, key: SnapshotKey, email: str, now: datetime) -> None:
    pieces = [contacts({email: None})]
    stage_contacts(warehouse, key, Kind.OBSERVED, "run", pieces, lambda: now)


def kind(warehouse: Warehouse, key: SnapshotKey) -> Kind | None:
    moment = Moment(key.snapshot_at, ends_interval=False)
    return kind_to_read(warehouse, key, moment, "0 * * * *", NOW)
