"""Tables made by an administrator: what is printed runs, and the README's grants suffice."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from listrak.errors import QuestionError, WarehouseRefusedError
from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact
from listrak.load.clock import Clock
from listrak.load.identify import Origin
from listrak.load.lease import leased
from listrak.load.pending import pages
from listrak.load.plan import plan
from listrak.warehouse.dialect import DIALECTS
from listrak.warehouse.postgres.server import PostgresServer
from listrak.warehouse.tables import SCHEMA_VERSION, ddl
from local.saved_queries import question, saved_queries
from tests.unit.administrator import DATABASE, LOGIN, by_psql, readme_grants
from tests.unit.diff.deciding import DAY, FIRST, key, snapshot
from tests.unit.inspect.history import live
from tests.unit.postgres_cluster import PostgresCluster
from tests.unit.warehouse.test_upgrade import VERSION_1

REQUIRED = {"list_id": "1", "email": "ann@x", "earlier": "2025-12-31"}


@pytest.fixture
def database(cluster: PostgresCluster) -> Iterator[PostgresCluster]:
    """A database in which nobody may do anything yet."""
    cluster.run(f"create database {DATABASE}")
    cluster.run(f"revoke all on database {DATABASE} from public")
    yield cluster
    cluster.run(f"drop database {DATABASE}")
    cluster.run("drop role if exists listrak_to_segment; drop role if exists listrak_reader")


def printed(from_version: int = 0) -> str:
    return "\n\n".join(ddl("postgres", from_version))


def test_readmes_grants_are_all_that_the_program_and_a_reader_need(
    database: PostgresCluster,
) -> None:
    by_psql(database, DATABASE, printed())
    by_psql(database, DATABASE, readme_grants())
    door = database.door("listrak_to_segment", database=DATABASE, lock_timeout=30)

    live(door)
    forgotten = forget_contact(door, address_sha256("ann@x"), FIRST + 9 * DAY)
    door.give_back_space()

    assert forgotten.versions == 3
    reader = database.door("listrak_reader", database=DATABASE)
    for query in saved_queries().values():
        given = [f"{each.name}={REQUIRED[each.name]}" for each in query.parameters if each.required]
        asked = question([query.name, *given], reader.engine)
        assert reader.ask(asked.text, asked.values).num_columns > 1
    with pytest.raises(WarehouseRefusedError, match=r"lacks a right on table `\w+`\. Nothing"):
        forget_contact(reader, address_sha256("bob@x"), FIRST)
    with pytest.raises(QuestionError, match=r"permission denied|read-only"):
        door.ask("create table listrak.another (a integer)")


def test_login_that_may_not_analyze_plans_no_joins_row_by_row(database: PostgresCluster) -> None:
    """Autovacuum comes too late for a statement that is planned already."""
    by_psql(database, DATABASE, printed())
    by_psql(database, DATABASE, readme_grants())
    question = "select current_setting('enable_nestloop') as nested"

    for grant, expected in (
        ("select", "off"),
        ("maintain", "on"),
    ):
        database.run(f"grant {grant} on all tables in schema listrak to {LOGIN}", database=DATABASE)
        with database.door(LOGIN, database=DATABASE).transaction() as transaction:
            assert transaction.answer(question, []).to_pylist() == [{"nested": expected}]
    with database.door(database=DATABASE).transaction() as transaction:
        assert transaction.answer(question, []).to_pylist() == [{"nested": "on"}]


def test_whole_lists_are_never_joined_row_by_row(postgres_server: PostgresServer) -> None:
    question = "select current_setting('enable_nestloop') as nested"

    with postgres_server.transaction() as transaction:
        for statement, expected in (
            ("report/find_pending_sources", "on"),
            ("snapshot/find_forgotten", "off"),
            ("report/find_pending_sources", "off"),
        ):
            transaction.fetch(statement)
            assert transaction.answer(question, []).to_pylist() == [{"nested": expected}]


def test_first_load_of_a_login_that_may_not_analyze_takes_no_minutes(
    database: PostgresCluster,
) -> None:
    by_psql(database, DATABASE, printed())
    by_psql(database, DATABASE, readme_grants())
    database.run(f"alter role {LOGIN} set statement_timeout = '30s'")
    door = database.door(LOGIN, database=DATABASE, lock_timeout=30)
    snapshot(door, key(1), {f"p{number}@x": None for number in range(4000)})

    clock = Clock(lambda: FIRST + 2 * DAY, lambda: 0.0, lambda _: None)
    with leased(door, "src", "holder", clock) as lease:
        plan(door, lease, Origin.of("src", "key"), "run-1")
        found = sum(len(page) for page in pages(door, "src", 3000, removals=False))

    assert found == 4000


def test_tables_of_an_earlier_version_are_upgraded_by_what_is_printed(
    database: PostgresCluster,
) -> None:
    by_psql(database, DATABASE, VERSION_1)
    by_psql(database, DATABASE, printed(from_version=1))
    by_psql(database, DATABASE, readme_grants())
    door = database.door("listrak_to_segment", database=DATABASE)

    snapshot(door, key(1), {"a@x": "1", "c@x": None})

    rows = door.ask("select email, left_at from memberships order by 1").to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("a@x", None),
        ("b@x", FIRST + DAY),
        ("c@x", None),
    ]


def test_login_without_rights_is_told_what_to_print(database: PostgresCluster) -> None:
    database.run(
        f"create role listrak_reader login; grant connect on database {DATABASE} to listrak_reader"
    )
    door = database.door("listrak_reader", database=DATABASE)

    with (
        pytest.raises(WarehouseRefusedError, match="what `scripts/sql --ddl postgres` prints"),
        door.transaction(),
    ):
        pytest.fail("it may not make the schema")


def test_what_is_printed_for_duckdb_runs() -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute("\n".join(ddl("duckdb")))
        version = connection.execute("select version from listrak.schema_version").fetchall()

    assert version == [(SCHEMA_VERSION,)]


@pytest.mark.parametrize("engine", DIALECTS)
def test_every_statement_says_what_for_and_is_the_engines(engine: str) -> None:
    made = set()

    for text in ddl(engine):
        assert text.startswith("-- Purpose: ")
        assert text.endswith(";")
        assert "$" not in text
        [tree] = sqlglot.parse(text, read=engine)
        assert tree is not None
        made |= {(table.db, table.name) for table in tree.find_all(exp.Table)}
    assert ("listrak", "memberships") in made


@pytest.mark.parametrize("version", [-1, SCHEMA_VERSION, SCHEMA_VERSION + 1])
def test_there_is_no_upgrade_from_what_is_newest(version: int) -> None:
    with pytest.raises(ValueError, match=rf"no upgrade from version {version}: the newest is"):
        ddl("postgres", version)
