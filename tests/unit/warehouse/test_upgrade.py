"""A warehouse of an earlier version is upgraded in place, without losing a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from listrak.errors import WarehouseRefusedError
from listrak.warehouse.postgres.server import PostgresServer
from listrak.warehouse.tables import SCHEMA_VERSION
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query
from tests.unit.diff.deciding import key, snapshot

VERSION_1 = """
create schema listrak;
create table listrak.schema_version (version integer not null);
insert into listrak.schema_version values (1);
create table listrak.snapshots (
    source text not null, list_id bigint not null, snapshot_at timestamp not null,
    kind text not null, status text not null, contact_count bigint not null,
    added_count bigint not null, removed_count bigint not null,
    re_identified_count bigint not null, previous_snapshot_at timestamp, run_id text not null,
    extracted_at timestamp not null, primary key (source, list_id, snapshot_at)
);
create table listrak.contact_versions (
    source text collate "C" not null, list_id bigint not null, email text collate "C" not null,
    valid_from timestamp not null, user_id text collate "C", subscribed_at timestamp,
    valid_to timestamp
);
create table listrak.trait_changes (
    source text not null, list_id bigint not null, snapshot_at timestamp not null,
    email text not null, user_id text, change text not null, trait text not null,
    occurred_at timestamp not null, status text not null, message_id text,
    decided_at timestamp not null
);
create table listrak.staged_snapshots (
    extract_id text not null, source text not null, list_id bigint not null,
    snapshot_at timestamp not null, run_id text not null, started_at timestamp not null,
    extracted_at timestamp, contact_count bigint
);
create table listrak.staged_contacts (
    extract_id text not null, email text not null, user_id text, subscribed_at timestamp
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

VERSION_2 = f"""
{VERSION_1}
insert into listrak.schema_version values (2);
drop table listrak.staged_contacts;
drop table listrak.staged_snapshots;
alter table listrak.contact_versions add column email_key text collate "C";
alter table listrak.snapshots add column trait text;
alter table listrak.runs add column asked text;
update listrak.snapshots set status = 'past', trait = 'T_1';
insert into listrak.snapshots values
    ('src', 1, '2026-01-02', 'observed', 'head', 2, 1, 1, 0, '2026-01-01', 'r', '2026-01-02',
     'T_1');
update listrak.contact_versions set valid_to = '2026-01-02' where email = 'a@x';
insert into listrak.contact_versions values
    ('src', 1, 'c/d@x', '2026-01-02', null, null, null, 'key');
create view listrak.snapshot_contacts as
select s.source, s.list_id, s.snapshot_at, v.email, v.user_id, v.subscribed_at
from listrak.snapshots as s
inner join listrak.contact_versions as v on s.list_id = v.list_id
where s.snapshot_at >= v.valid_from and (v.valid_to is null or s.snapshot_at < v.valid_to);
"""
VERSIONS = "select * from listrak.contact_versions order by email"
READS = "select snapshot_at, email, user_id from listrak.snapshot_contacts order by 1, 2"


@pytest.fixture
def version_1(warehouse: Warehouse, tamper: Callable[[str], None]) -> Warehouse:
    tamper(VERSION_1)
    return warehouse


def test_version_1_is_upgraded_and_goes_on(version_1: Warehouse, query: Query) -> None:
    snapshot(version_1, key(1), {"a@x": "1", "c@x": None})

    assert query("select max(version) from schema_version") == [(SCHEMA_VERSION,)]
    assert query("select snapshot_at, status, trait from snapshots order by 1") == [
        (datetime(2026, 1, 1), "past", "T_1"),
        (datetime(2026, 1, 2), "head", "T_1"),
    ]
    assert query("select snapshot_at, email from snapshot_contacts order by 1, 2") == [
        (datetime(2026, 1, 1) + timedelta(days=day), email)
        for day, email in ((0, "a@x"), (0, "b@x"), (1, "a@x"), (1, "c@x"))
    ]
    assert query("select email, change from trait_changes where status = 'pending' order by 1") == [
        ("b@x", "remove"),
        ("c@x", "add"),
    ]


def test_upgrade_happens_once(version_1: Warehouse, query: Query) -> None:
    for _ in range(2):
        with version_1.transaction():
            pass

    assert query("select version from schema_version order by 1") == [(1,), (SCHEMA_VERSION,)]


def test_version_2_is_upgraded_without_losing_a_row(
    warehouse: Warehouse, tamper: Callable[[str], None], query: Query
) -> None:
    tamper(VERSION_2)
    before = query(VERSIONS), query(READS)

    with warehouse.transaction():
        pass

    assert (query(VERSIONS), query(READS)) == before
    assert [len(rows) for rows in before] == [3, 4]


def test_version_2_goes_on(
    warehouse: Warehouse, tamper: Callable[[str], None], query: Query
) -> None:
    tamper(VERSION_2)

    snapshot(warehouse, key(2), {"c/d@x": None, "e@x": "5"})

    assert query("select email, valid_from, valid_to from contact_versions order by 1") == [
        ("a@x", datetime(2026, 1, 1), datetime(2026, 1, 2)),
        ("b@x", datetime(2026, 1, 1), datetime(2026, 1, 3)),
        ("c/d@x", datetime(2026, 1, 2), datetime(2026, 1, 3)),
        ("c/d@x", datetime(2026, 1, 3), None),
        ("e@x", datetime(2026, 1, 3), None),
    ]


def test_upgrade_of_version_2_happens_whole_or_not_at_all(
    postgres_server: PostgresServer, tamper: Callable[[str], None], query: Query
) -> None:
    tamper(VERSION_2)
    tamper("create view listrak.of_an_analyst as select email from listrak.contact_versions")

    with (
        pytest.raises(WarehouseRefusedError, match="a view of somebody's reads them"),
        postgres_server.transaction(),
    ):
        pass

    assert query("select max(version) from schema_version") == [(2,)]
    assert query("select count(*) from of_an_analyst") == [(3,)]
