"""What is PostgreSQL's own: a server that is away, rights, passwords, several processes."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier

import pytest
from adbc_driver_manager.dbapi import Connection

from listrak.diff.decide import decide
from listrak.diff.decision import Decision
from listrak.errors import WarehouseRefusedError, WarehouseUnavailableError
from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact
from listrak.warehouse.postgres.server import PostgresServer
from listrak.warehouse.postgres.transaction import PostgresTransaction
from tests.unit.conftest import Query
from tests.unit.diff.deciding import FIRST, RULES, key, snapshot, stage
from tests.unit.postgres_cluster import GUARDED, GUARDED_PASSWORD, PostgresCluster

TRANSACTIONS = 4  # begin, one piece, complete, decide


@dataclass
class OnDyingServer:
    """A warehouse whose server is killed in the transaction number `at`."""

    cluster: PostgresCluster
    at: int
    begun: int = 0

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        self.begun += 1
        with self.cluster.door().transaction() as transaction:
            yield transaction
            if self.begun == self.at:
                self.cluster.kill()


@pytest.mark.parametrize("at", range(1, TRANSACTIONS + 1))
def test_server_killed_in_a_transaction_is_begun_anew(
    cluster: PostgresCluster, postgres_server: PostgresServer, query: Query, at: int
) -> None:
    people = {"a@x": "1", "b@x": None}

    with pytest.raises(WarehouseUnavailableError, match="Nothing of this step was kept"):
        snapshot(OnDyingServer(cluster, at), key(0), people)
    with pytest.raises(WarehouseUnavailableError, match="cannot be reached"):
        snapshot(postgres_server, key(0), people)
    cluster.restart()
    snapshot(postgres_server, key(0), people)

    assert query("select email, user_id from snapshot_contacts order by 1") == [*people.items()]
    assert query("select count(*), count(distinct email) from trait_changes") == [(2, 2)]
    assert query("select status, contact_count from snapshots") == [("head", 2)]
    assert query("select count(*) from staged_contacts") == [(0,)]


def test_lost_commit_is_said_to_be_in_doubt(
    cluster: PostgresCluster, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = PostgresServer._commit

    def killed(self: PostgresServer, connection: Connection) -> None:
        cluster.kill()
        commit(self, connection)

    monkeypatch.setattr(PostgresServer, "_commit", killed)
    with (
        pytest.raises(WarehouseUnavailableError, match="whether this step was kept is not known"),
        postgres_server.transaction(),
    ):
        pass

    cluster.restart()


@pytest.fixture
def limited(cluster: PostgresCluster, postgres_server: PostgresServer) -> Iterator[str]:
    """A login with no right at all but to connect."""
    assert postgres_server
    cluster.run("create role limited login")
    yield "limited"
    cluster.run("drop schema if exists listrak cascade; drop role limited")


def test_schema_made_by_an_administrator_is_all_the_right_it_takes(
    cluster: PostgresCluster, limited: str, query: Query
) -> None:
    door = cluster.door(limited)
    with (
        pytest.raises(WarehouseRefusedError, match="create schema listrak authorization"),
        door.transaction(),
    ):
        pytest.fail("it may not make the schema")

    cluster.run(f"create schema listrak authorization {limited}")
    snapshot(door, key(0), {"a@x": None})
    snapshot(door, key(1), {"b@x": None})
    forget_contact(door, address_sha256("b@x"), FIRST)

    assert query("select email from snapshot_contacts") == [("a@x",)]


def test_tables_of_somebody_else_are_refused(
    cluster: PostgresCluster, limited: str, postgres_server: PostgresServer
) -> None:
    snapshot(postgres_server, key(0), {"a@x": None})
    cluster.run(f"grant usage on schema listrak to {limited}")
    cluster.run(f"grant select on all tables in schema listrak to {limited}")

    with pytest.raises(WarehouseRefusedError, match="lacks a right"):
        snapshot(cluster.door(limited), key(1), {"a@x": None})


def test_read_only_role_is_told_apart(cluster: PostgresCluster, limited: str) -> None:
    cluster.run(f"create schema listrak authorization {limited}")
    cluster.run(f"alter role {limited} set default_transaction_read_only = on")

    with (
        pytest.raises(WarehouseRefusedError, match="is read-only"),
        cluster.door(limited).transaction(),
    ):
        pytest.fail("it may only read")


@pytest.mark.parametrize("password", [None, "wrong", f"{GUARDED_PASSWORD} "])
def test_wrong_password_is_refused_and_not_shown(
    cluster: PostgresCluster, password: str | None
) -> None:
    door = cluster.door(GUARDED, password=password)

    with (
        pytest.raises(WarehouseRefusedError, match="login or password: correct") as caught,
        door.transaction(),
    ):
        pytest.fail("it has another password")

    shown = f"{caught.value!r} {caught.value} {door!r} {cluster.connection(password=password)!r}"
    assert str(password) not in shown.replace("password: None", "")


def test_right_password_opens_whatever_stands_in_it(cluster: PostgresCluster) -> None:
    cluster.run(f"drop schema if exists listrak cascade; create schema listrak; "
                f"alter schema listrak owner to {GUARDED}")  # fmt: skip

    with cluster.door(GUARDED, password=GUARDED_PASSWORD).transaction() as transaction:
        assert transaction.fetch("report/find_pending_sources").num_rows == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"database": "nowhere"}, "is not there"),
        ({"login": "nobody"}, "does not know the connection's login"),
        ({"options": {"sslmode": "lots"}}, "a value that libpq does not take"),
        ({"options": {"sslmode": "require", "hostaddr": "127.0.0.1"}, "port": 1}, None),
        ({"port": 1}, None),
    ],
)
def test_connection_that_is_not_made_says_why(
    cluster: PostgresCluster, fields: dict[str, object], words: str | None
) -> None:
    kind = WarehouseRefusedError if words else WarehouseUnavailableError

    with (
        pytest.raises(kind, match=words or "cannot be reached") as caught,
        cluster.door(**fields).transaction(),  # type: ignore[arg-type]
    ):
        pytest.fail("there is no such server")

    assert "`warehouse_default`" in str(caught.value)


def test_another_tasks_transaction_is_waited_for(postgres_server: PostgresServer) -> None:
    with (
        postgres_server.transaction(),
        pytest.raises(WarehouseUnavailableError, match="written by another task"),
        postgres_server.transaction(),
    ):
        pytest.fail("the other one has the lock")

    with postgres_server.transaction():
        pass


def test_who_waited_sees_what_the_other_one_kept(
    cluster: PostgresCluster, postgres_server: PostgresServer
) -> None:
    strict = {"options": "-c default_transaction_isolation=serializable"}
    door = cluster.door(options=strict, lock_timeout=60)
    seen: list[int] = []

    def look() -> None:
        with door.transaction() as transaction:
            seen.append(transaction.fetch("diff/find_lists", source="src").num_rows)

    waiting = threading.Thread(target=look)
    stage(postgres_server, key(0), {"a@x": None})
    with postgres_server.transaction() as transaction:
        waiting.start()
        while cluster.run("select 1 from pg_locks where not granted") == []:
            assert waiting.is_alive()
        transaction.execute("diff/add_snapshot", **SNAPSHOT)
    waiting.join(60)

    assert seen == [1]


SNAPSHOT = {
    **key(0).parameters,
    **dict.fromkeys(["kind", "run_id", "trait"], "x"),
    **dict.fromkeys(
        ["contact_count", "added_count", "removed_count", "re_identified_count"], 0
    ),
    "status": "head",
    "previous_at": None,
    "extracted_at": FIRST,
}  # fmt: skip


def decide_with_others(door: PostgresServer, together: Barrier, told: object) -> None:
    together.wait(60)
    decision = decide(door, key(0), RULES, FIRST)
    assert isinstance(decision, Decision)
    told.put(decision.told)  # type: ignore[attr-defined]


def test_list_decided_by_two_processes_at_once_is_decided_once(
    cluster: PostgresCluster, postgres_server: PostgresServer, query: Query
) -> None:
    stage(postgres_server, key(0), {f"p{number}@x": None for number in range(500)})
    context = multiprocessing.get_context("spawn")
    together, told = context.Barrier(2), context.Queue()
    door = cluster.door(lock_timeout=60)
    tasks = [
        context.Process(target=decide_with_others, args=(door, together, told)) for _ in range(2)
    ]

    for task in tasks:
        task.start()
    for task in tasks:
        task.join(120)

    assert [task.exitcode for task in tasks] == [0, 0]
    assert sorted([told.get(timeout=10), told.get(timeout=10)], key=str) == [500, None]
    assert query("select count(*), count(distinct email) from trait_changes") == [(500, 500)]
    assert query("select status, contact_count from snapshots") == [("head", 500)]


def test_cancelled_statement_is_tried_again(
    cluster: PostgresCluster, postgres_server: PostgresServer
) -> None:
    hurried = cluster.door(options={"options": "-c statement_timeout=50"}, lock_timeout=60)

    with (
        postgres_server.transaction(),
        pytest.raises(WarehouseUnavailableError, match="statement_timeout"),
        hurried.transaction(),
    ):
        pytest.fail("it was cancelled while it waited")


def test_database_in_another_encoding_keeps_and_finds_addresses(cluster: PostgresCluster) -> None:
    cluster.run("create database latin encoding 'LATIN1' locale 'C' template template0")
    door = cluster.door(database="latin")
    snapshot(door, key(0), {"zoë@x": "é", "b@x": None})

    forgotten = forget_contact(door, address_sha256("Zoë@x"), datetime(2026, 3, 1))

    assert forgotten.versions == 1
    assert snapshot(door, key(1), {"zoë@x": "é", "b@x": None}) is not None
    with door.transaction() as transaction:
        rows = transaction.fetch("diff/find_previous", **key(1).of_list, previous_at=FIRST)
        assert rows.num_rows == 1
        at = FIRST + timedelta(days=1)
        found = transaction.fetch("diff/find_previous", **key(1).of_list, previous_at=at)
    assert found["contact_count"].to_pylist() == [1]
    cluster.run("drop database latin")


def test_planner_is_told_of_many_rows_and_not_of_few(
    cluster: PostgresCluster, postgres_server: PostgresServer
) -> None:
    known = "select reltuples from pg_class where oid = 'listrak.contact_versions'::regclass"

    snapshot(postgres_server, key(0), {f"p{number}@x": None for number in range(10)})
    assert cluster.run(known) == [(-1,)]  # PostgreSQL's word for: never looked at

    snapshot(postgres_server, key(1), {f"p{number}@x": None for number in range(3000)})
    assert cluster.run(known) == [(3000,)]
