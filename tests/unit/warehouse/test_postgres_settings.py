"""What an administrator may set for a database or a login, and what must not matter by it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from adbc_driver_manager import AdbcStatusCode, OperationalError

from listrak.errors import ListrakSourceError, WarehouseRefusedError, WarehouseUnavailableError
from listrak.warehouse.postgres.errors import connecting_error, postgres_error
from listrak.warehouse.postgres.server import PostgresServer
from listrak.warehouse.warehouse import Transaction
from tests.unit.diff.deciding import key, snapshot, stage
from tests.unit.load.scripted_segment import scripted_segment
from tests.unit.memory_warehouse import MemoryWarehouse
from tests.unit.postgres_cluster import PostgresCluster
from tests.unit.warehouse.rows import all_rows
from tests.unit.warehouse.whole_life import Life

DATABASE = "settled"
LOGIN = "task"
DECOYS = (
    "changes",
    "differences",
    "latest_subscriptions",
    "planned_calls",
    "receipts",
    "snapshots",
)
# How a database is made, and what is set for it.
ODDITIES = {
    "formats, habits, names": (
        "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C' template template0",
        {
            "timezone": "'Asia/Kathmandu'",
            "datestyle": "'German, DMY'",
            "intervalstyle": "sql_standard",
            "bytea_output": "escape",
            "standard_conforming_strings": "off",
            "transform_null_equals": "on",
            "search_path": "decoy, pg_temp",
        },
    ),
    "isolation, locks, no encoding": (
        "encoding 'SQL_ASCII' locale 'C' template template0",
        {
            "default_transaction_isolation": "serializable",
            "default_transaction_deferrable": "on",
            "lock_timeout": "'1ms'",
            "search_path": "''",
        },
    ),
    "workers wherever they may help": (
        "",
        {"parallel_setup_cost": "0", "min_parallel_table_scan_size": "0", "enable_nestloop": "off"},
    ),
}
Open = Callable[..., PostgresServer]


@pytest.fixture
def settled(cluster: PostgresCluster) -> Iterator[Open]:
    """Open a database of the login's own, for which something is set."""

    def opened(create: str = "", **settings: str) -> PostgresServer:
        cluster.run(f"create database {DATABASE} owner {LOGIN} {create}")
        for name, value in settings.items():
            cluster.run(f"alter database {DATABASE} set {name} = {value}")
        return cluster.door(LOGIN, database=DATABASE)

    cluster.run(f"create role {LOGIN} login")
    yield opened
    cluster.run(f"drop database if exists {DATABASE} with (force)")
    cluster.run(f"drop role {LOGIN}")


def live(warehouse: PostgresServer | MemoryWarehouse) -> None:
    with scripted_segment() as segment:
        for step in Life("src", segment.connection()).whole():
            step(warehouse)


@pytest.mark.parametrize(("create", "settings"), ODDITIES.values(), ids=ODDITIES)
def test_how_a_database_is_set_changes_no_row(
    create: str, settings: dict[str, str], cluster: PostgresCluster, settled: Open
) -> None:
    door, memory = settled(create, **settings), MemoryWarehouse()
    cluster.run(f"create schema decoy authorization {LOGIN}", database=DATABASE)
    for name in DECOYS:
        cluster.run(f"create table decoy.{name} (email integer)", database=DATABASE)
    cluster.run("grant all on all tables in schema decoy to public", database=DATABASE)

    live(door)
    live(memory)

    assert all_rows(lambda sql: cluster.run(sql, "listrak", DATABASE)) == all_rows(memory.query)


def test_database_that_was_set_read_only_keeps_what_it_has(
    cluster: PostgresCluster, settled: Open
) -> None:
    door = settled()
    snapshot(door, key(0), {"a@x": None})
    cluster.run(f"alter database {DATABASE} set default_transaction_read_only = on")

    with pytest.raises(WarehouseRefusedError, match="is read-only"):
        stage(door, key(1), {"b@x": None})

    found = cluster.run("select email from snapshot_contacts", "listrak", DATABASE)
    assert found == [("a@x",)]


def test_database_that_lacks_a_letter_says_which_encoding_it_takes(settled: Open) -> None:
    door = settled("encoding 'LATIN1' locale 'C' template template0")
    snapshot(door, key(0), {"zoë@x": None})

    with pytest.raises(WarehouseRefusedError, match="made with `encoding 'UTF8'") as caught:
        snapshot(door, key(1), {"日本@x": None})

    assert "日本" not in str(caught.value)


def test_schema_of_somebody_else_is_named(cluster: PostgresCluster, settled: Open) -> None:
    door = settled()
    cluster.run("create schema listrak", database=DATABASE)

    with (
        pytest.raises(WarehouseRefusedError, match="schema `listrak` that this login may not use"),
        door.transaction(),
    ):
        pytest.fail("it is the administrator's")


def test_step_that_takes_too_long_for_the_role_says_so(
    cluster: PostgresCluster, settled: Open
) -> None:
    door = settled()
    with door.transaction():
        pass
    cluster.run(f"alter database {DATABASE} set transaction_timeout = '300ms'")

    with (
        pytest.raises(WarehouseUnavailableError, match="transaction_timeout"),
        door.transaction() as transaction,
    ):
        ask_for_long(transaction)


def ask_for_long(transaction: Transaction) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        transaction.fetch("report/find_pending_sources")


@pytest.mark.parametrize("what", [f"role {LOGIN}", f"database {DATABASE}"])
def test_full_server_is_tried_again(cluster: PostgresCluster, settled: Open, what: str) -> None:
    door = settled()
    cluster.run(f"alter {what} connection limit 0")

    with pytest.raises(WarehouseUnavailableError, match="cannot be reached"), door.transaction():
        pytest.fail("it takes nobody in")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("FATAL:  sorry, too many clients already", WarehouseUnavailableError),
        ("FATAL:  remaining connection slots are reserved for roles …", WarehouseUnavailableError),
        ("failed: SSL SYSCALL error: Connection reset by peer", WarehouseUnavailableError),
        ("failed: SSL connection has been closed unexpectedly", WarehouseUnavailableError),
        ("failed: server does not support SSL, but SSL was required", WarehouseRefusedError),
        ('FATAL:  role "x" is not permitted to log in', WarehouseRefusedError),
        ('FATAL:  permission denied for database "x"', WarehouseRefusedError),
    ],
)
def test_connection_that_may_be_made_later_is_tried_again(
    words: str, kind: type[ListrakSourceError]
) -> None:
    said = f'[libpq] connection to server at "ssl.example" (10.0.0.1), port 5432 {words}\n'
    error = OperationalError(said, status_code=AdbcStatusCode.IO)

    assert type(connecting_error(error, "The warehouse")) is kind


@pytest.mark.parametrize("host", ["database-1.invalid", "password-vault.invalid", "ssl.invalid"])
def test_host_whose_name_nobody_knows_is_tried_again_whatever_it_is_called(host: str) -> None:
    door = PostgresServer("w", f"host={host} dbname=d user=u", "PostgreSQL database `d`")

    with (
        pytest.raises(WarehouseUnavailableError, match="host is not known here"),
        door.transaction(),
    ):
        pytest.fail("nobody is there")


@pytest.mark.parametrize(
    ("conninfo", "why"),
    [
        ("host=127.0.0.1 port=1 dbname=d user=u", "nothing listens"),
        ("host=/nowhere dbname=d user=u", "there is no server's socket"),
    ],
)
def test_server_that_is_not_there_is_said_not_to_be(conninfo: str, why: str) -> None:
    with pytest.raises(WarehouseUnavailableError, match=why):
        PostgresServer("w", conninfo, "PostgreSQL database `d`").ask("select 1")


def test_connection_that_an_administrator_ended_is_tried_again(
    cluster: PostgresCluster, settled: Open
) -> None:
    with (
        pytest.raises(WarehouseUnavailableError, match="is being stopped or started"),
        settled().transaction() as transaction,
    ):
        end_session(cluster, transaction)


def end_session(cluster: PostgresCluster, transaction: Transaction) -> None:
    sessions = f"select pid from pg_stat_activity where datname = '{DATABASE}'"
    cluster.run(f"select pg_terminate_backend(pid, 10000) from ({sessions})")
    transaction.fetch("report/find_pending_sources")


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("terminating connection due to idle-in-transaction timeout", "idle for too long"),
        ("terminating connection due to transaction timeout", "took longer than the role's"),
        ("terminating connection due to administrator command", "is being stopped"),
        # All that is left of any of them, if the server had it sent between two statements.
        ("server closed the connection unexpectedly", "role's transaction_timeout ended a step"),
        ("no connection to the server", "the server's log says which"),
    ],
)
def test_connection_that_the_server_ended_says_why_or_why_it_may_have(
    said: str, meaning: str
) -> None:
    error = OperationalError(f"IO: Failed: FATAL:  {said}", status_code=AdbcStatusCode.IO)

    assert meaning in str(postgres_error(error, "The warehouse", 1))


@pytest.mark.parametrize(
    ("of_login", "expected"),
    [
        ({"work_mem": "'4MB'", "random_page_cost": "4"}, ("256MB", "1.1")),
        ({"work_mem": "'1GB'", "random_page_cost": "1"}, ("1GB", "1")),
    ],
)
def test_question_is_planned_for_one_reader(
    of_login: dict[str, str], expected: tuple[str, str], settled: Open
) -> None:
    door = settled(**of_login)

    answer = door.ask(
        "select current_setting('work_mem') as a, current_setting('random_page_cost') as b"
    )

    assert tuple(answer.to_pylist()[0].values()) == expected
