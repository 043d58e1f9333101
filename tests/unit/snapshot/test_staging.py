from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from listrak.diff.decide import decide
from listrak.errors import ListrakUnavailableError, NotCurrentError, WarehouseUnavailableError
from listrak.snapshot.due import is_due
from listrak.snapshot.staging import stage_contacts
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.duckdb_file import DuckDBFile
from tests.unit.conftest import Query, contacts

KEY = SnapshotKey("src", 1, datetime(2026, 1, 1))
NOW = datetime(2026, 1, 1, 0, 5)


def test_pieces_are_one_read(warehouse: DuckDBFile, query: Query) -> None:
    pieces = [contacts({"a@example.com": "1"}), contacts({"b@example.com": None})]

    assert stage_contacts(warehouse, KEY, "run", pieces) == 2

    assert query("select email, user_id from staged_contacts order by 1") == [
        ("a@example.com", "1"),
        ("b@example.com", None),
    ]


def test_repeated_contact_is_kept_once_with_its_latest_subscription(
    warehouse: DuckDBFile, query: Query
) -> None:
    early, late = datetime(2025, 1, 1), datetime(2025, 3, 1)
    pieces = [
        contacts({"a@example.com": "new", "b@example.com": "b"}, late),
        contacts({"a@example.com": "old"}, early),
    ]

    assert stage_contacts(warehouse, KEY, "run", pieces) == 2

    assert query("select user_id, subscribed_at from staged_contacts where user_id <> 'b'") == [
        ("new", late)
    ]


def test_read_that_breaks_off_leaves_nothing(warehouse: DuckDBFile, query: Query) -> None:
    def pieces() -> Iterator[pa.Table]:
        yield contacts({"a@example.com": None})
        raise ListrakUnavailableError("gone")

    with pytest.raises(ListrakUnavailableError, match="gone"):
        stage_contacts(warehouse, KEY, "run", pieces())

    assert query("select count(*) from staged_contacts") == [(0,)]
    assert query("select count(*) from staged_snapshots") == [(0,)]


def test_second_read_replaces_the_first(warehouse: DuckDBFile, query: Query) -> None:
    stage_contacts(warehouse, KEY, "run", [contacts({"a@example.com": None})])

    stage_contacts(warehouse, KEY, "run", [contacts({"b@example.com": None})])

    assert query("select email from staged_contacts") == [("b@example.com",)]


def test_attempt_that_was_overtaken_stops(warehouse: DuckDBFile, query: Query) -> None:
    def pieces() -> Iterator[pa.Table]:
        yield contacts({"a@example.com": None})
        stage_contacts(warehouse, KEY, "run", [contacts({"b@example.com": None})])
        yield contacts({"c@example.com": None})

    with pytest.raises(WarehouseUnavailableError, match="Another attempt"):
        stage_contacts(warehouse, KEY, "run", pieces())

    assert query("select email from staged_contacts") == [("b@example.com",)]


def test_abandoned_reads_of_the_list_are_cleared_away(warehouse: DuckDBFile, query: Query) -> None:
    stage_contacts(warehouse, KEY, "run", [contacts({"a@example.com": None})], lambda: NOW)
    later = SnapshotKey("src", 1, datetime(2026, 1, 3))

    stage_contacts(
        warehouse, later, "run", [contacts({"b@example.com": None})], lambda: NOW + timedelta(2)
    )

    assert query("select email from staged_contacts") == [("b@example.com",)]


def test_undecided_reads_of_earlier_moments_are_cleared_away(
    warehouse: DuckDBFile, query: Query
) -> None:
    stage_contacts(warehouse, KEY, "run", [contacts({"a@example.com": None})])
    later = SnapshotKey("src", 1, KEY.snapshot_at + timedelta(minutes=1))

    stage_contacts(warehouse, later, "run", [contacts({"b@example.com": None})])

    assert query("select email from staged_contacts") == [("b@example.com",)]


def test_decided_snapshot_is_not_read_again(warehouse: DuckDBFile) -> None:
    assert is_due(warehouse, KEY, "0 * * * *", NOW)

    stage_contacts(warehouse, KEY, "run", [contacts({"a@example.com": None})])
    decide(warehouse, SnapshotKey("src", 1, KEY.snapshot_at), "T", NOW)

    assert not is_due(warehouse, KEY, "0 * * * *", NOW)


@pytest.mark.parametrize("hours", [-2, 3])
def test_moment_that_is_not_the_present_is_not_read(warehouse: DuckDBFile, hours: int) -> None:
    key = SnapshotKey("src", 1, NOW + timedelta(hours=hours))

    with pytest.raises(NotCurrentError, match="is not the present"):
        is_due(warehouse, key, "0 * * * *", NOW)


def test_moment_behind_the_head_is_not_read(warehouse: DuckDBFile) -> None:
    stage_contacts(warehouse, KEY, "run", [contacts({"a@example.com": None})])
    decide(warehouse, SnapshotKey("src", 1, KEY.snapshot_at), "T", NOW)

    with pytest.raises(NotCurrentError, match="behind the newest snapshot"):
        is_due(warehouse, SnapshotKey("src", 1, datetime(2025, 12, 31)), None, NOW)
