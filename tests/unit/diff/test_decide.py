from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listrak.diff.decide import Decision, decide
from listrak.errors import NotCurrentError
from listrak.snapshot.staging import stage_contacts
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.duckdb_file import DuckDBFile
from tests.unit.conftest import Query, contacts

DAY = timedelta(days=1)
FIRST = datetime(2026, 1, 1)


def snapshot(
    warehouse: DuckDBFile,
    at: datetime,
    subscribed: Mapping[str, str | None],
    list_id: int = 1,
) -> Decision | None:
    stage_contacts(warehouse, SnapshotKey("src", list_id, at), f"run-{at}", [contacts(subscribed)])
    return decide(
        warehouse, SnapshotKey("src", list_id, at), f"T_{list_id}", at + timedelta(hours=1)
    )


def test_first_snapshot_adds_every_contact(warehouse: DuckDBFile, query: Query) -> None:
    decision = snapshot(warehouse, FIRST, {"a@x": "1", "b@x": None})

    assert decision == Decision(1, extracted=2, added=2, removed=0, re_identified=0)
    assert query("select email, user_id, change, trait, status from trait_changes order by 1") == [
        ("a@x", "1", "add", "T_1", "pending"),
        ("b@x", None, "add", "T_1", "pending"),
    ]


def test_next_snapshot_becomes_the_head(warehouse: DuckDBFile, query: Query) -> None:
    snapshot(warehouse, FIRST, {"a@x": "1", "b@x": None, "c@x": "3"})

    decision = snapshot(warehouse, FIRST + DAY, {"a@x": "2", "c@x": "3", "d@x": None})

    assert decision == Decision(1, extracted=3, added=1, removed=1, re_identified=1)
    assert query(
        "select snapshot_at, status, contact_count, previous_snapshot_at from snapshots order by 1"
    ) == [(FIRST, "past", 3, None), (FIRST + DAY, "head", 3, FIRST)]


def test_staging_is_empty_after_the_decision(warehouse: DuckDBFile, query: Query) -> None:
    snapshot(warehouse, FIRST, {"a@x": "1"})

    assert query("select count(*) from staged_contacts") == [(0,)]
    assert query("select count(*) from staged_snapshots") == [(0,)]


def test_lists_do_not_touch_each_other(warehouse: DuckDBFile, query: Query) -> None:
    snapshot(warehouse, FIRST, {"a@x": "1"}, list_id=1)
    snapshot(warehouse, FIRST, {"b@x": "2"}, list_id=2)

    decision = snapshot(warehouse, FIRST + DAY, {"b@x": "2"}, list_id=2)

    assert decision == Decision(2, extracted=1, added=0, removed=0, re_identified=0)
    assert query("select list_id, email from contact_versions where valid_to is null") == [
        (1, "a@x"),
        (2, "b@x"),
    ]


def test_deciding_again_returns_the_decision_and_changes_nothing(
    warehouse: DuckDBFile, query: Query
) -> None:
    first = snapshot(warehouse, FIRST, {"a@x": "1"})

    again = snapshot(warehouse, FIRST, {"b@x": "2", "c@x": "3"})

    assert again == first
    assert query("select email from snapshot_contacts") == [("a@x",)]


def test_nothing_staged_is_nothing_decided(warehouse: DuckDBFile) -> None:
    assert decide(warehouse, SnapshotKey("src", 1, FIRST), "T", FIRST) is None


def test_snapshot_behind_the_head_keeps_nothing(warehouse: DuckDBFile, query: Query) -> None:
    snapshot(warehouse, FIRST, {"a@x": "1"})

    with pytest.raises(NotCurrentError, match="behind the newest one"):
        snapshot(warehouse, FIRST - DAY, {"b@x": "2"})

    assert query("select count(*) from trait_changes") == [(1,)]
    assert query("select count(*) from staged_contacts") == [(0,)]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcde"), st.sampled_from([None, "1", "2"])),
        min_size=1,
        max_size=5,
    )
)
def test_every_snapshot_reads_as_if_copied_whole(states: list[dict[str, str | None]]) -> None:
    with TemporaryDirectory() as folder:
        warehouse = DuckDBFile("wh", Path(folder) / "w.duckdb")

        for day, state in enumerate(states):
            snapshot(warehouse, FIRST + day * DAY, state)

        with duckdb.connect(str(warehouse.path)) as connection:
            rows = connection.execute(
                "select snapshot_at, email, user_id from listrak.snapshot_contacts"
            ).fetchall()
        for day, state in enumerate(states):
            assert {e: u for at, e, u in rows if at == FIRST + day * DAY} == state
