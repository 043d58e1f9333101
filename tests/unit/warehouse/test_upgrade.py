"""A warehouse of an earlier version is upgraded in place, without losing a row."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb
import pytest

from listrak.warehouse.duckdb_file import SCHEMA_VERSION, DuckDBFile
from tests.unit.conftest import Query
from tests.unit.diff.deciding import key, snapshot

VERSION_1 = """
create schema listrak;
create table listrak.schema_version (version integer not null);
insert into listrak.schema_version values (1);
create table listrak.snapshots (
    source varchar not null, list_id bigint not null, snapshot_at timestamp not null,
    kind varchar not null, status varchar not null, contact_count bigint not null,
    added_count bigint not null, removed_count bigint not null,
    re_identified_count bigint not null, previous_snapshot_at timestamp, run_id varchar not null,
    extracted_at timestamp not null, primary key (source, list_id, snapshot_at)
);
create table listrak.contact_versions (
    source varchar not null, list_id bigint not null, email varchar not null,
    valid_from timestamp not null, user_id varchar, subscribed_at timestamp, valid_to timestamp
);
create table listrak.trait_changes (
    source varchar not null, list_id bigint not null, snapshot_at timestamp not null,
    email varchar not null, user_id varchar, change varchar not null, trait varchar not null,
    occurred_at timestamp not null, status varchar not null, message_id varchar,
    decided_at timestamp not null
);
create table listrak.staged_snapshots (
    extract_id varchar not null, source varchar not null, list_id bigint not null,
    snapshot_at timestamp not null, run_id varchar not null, started_at timestamp not null,
    extracted_at timestamp, contact_count bigint
);
create table listrak.staged_contacts (
    extract_id varchar not null, email varchar not null, user_id varchar, subscribed_at timestamp
);
create table listrak.runs (
    source varchar not null, run_id varchar not null, started_at timestamp not null,
    finished_at timestamp, primary key (source, run_id)
);
insert into listrak.snapshots values
    ('src', 1, '2026-01-01', 'observed', 'head', 2, 2, 0, 0, null, 'run', '2026-01-01');
insert into listrak.contact_versions values
    ('src', 1, 'a@x', '2026-01-01', '1', '2025-06-01', null),
    ('src', 1, 'b@x', '2026-01-01', null, '2025-06-01', null);
insert into listrak.trait_changes values
    ('src', 1, '2026-01-01', 'a@x', '1', 'add', 'T_1', '2026-01-01', 'sent', 'm', '2026-01-01'),
    ('src', 1, '2026-01-01', 'b@x', null, 'add', 'T_1', '2026-01-01', 'sent', 'm', '2026-01-01');
"""


@pytest.fixture
def version_1(warehouse: DuckDBFile) -> DuckDBFile:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{warehouse.path}' as w")
        connection.execute("use w")
        connection.execute(VERSION_1)
    return warehouse


def test_version_1_is_upgraded_and_goes_on(version_1: DuckDBFile, query: Query) -> None:
    snapshot(version_1, key(1), {"a@x": "1", "c@x": None})

    assert query("select max(version) from schema_version") == [(SCHEMA_VERSION,)]
    assert query("select snapshot_at, status, trait from snapshots order by 1") == [
        (datetime(2026, 1, 1), "past", "T_1"),
        (datetime(2026, 1, 2), "head", "T_1"),
    ]
    assert query("select snapshot_at, email from snapshot_contacts order by all") == [
        (datetime(2026, 1, 1) + timedelta(days=day), email)
        for day, email in ((0, "a@x"), (0, "b@x"), (1, "a@x"), (1, "c@x"))
    ]
    assert query("select email, change from trait_changes where status = 'pending' order by 1") == [
        ("b@x", "remove"),
        ("c@x", "add"),
    ]


def test_upgrade_happens_once(version_1: DuckDBFile, query: Query) -> None:
    for _ in range(2):
        with version_1.transaction():
            pass

    assert query("select version from schema_version order by 1") == [(1,), (2,)]
