"""Every statement of include/sql in PostgreSQL's dialect, and before a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
import pytest
import sqlglot

from listrak.diff.changes import CHANGES
from listrak.extract.rows import CONTACT_ROWS
from listrak.load.plan import CALLS
from listrak.load.receipts import RECEIPTS
from listrak.retention.prune import PRUNED_SNAPSHOTS
from listrak.warehouse import dialect
from listrak.warehouse.dialect import written_for
from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.postgres.transaction import PostgresTransaction
from listrak.warehouse.warehouse import Parameter, Transaction, Warehouse
from tests.unit.diff.deciding import FIRST
from tests.unit.postgres_cluster import PostgresCluster
from tests.unit.warehouse.test_statements import ALL_STATEMENTS

OTHERS = tuple(f"{engine}/" for engine in dialect.DIALECTS if engine != "postgres")
OF_OLD_TABLES = ("postgres/upgrades/",)  # test_upgrade runs them
STATEMENTS = [name for name in ALL_STATEMENTS if not name.startswith(OTHERS + OF_OLD_TABLES)]
QUERIES = [
    name
    for name in STATEMENTS
    if not name.startswith(("inspect/", "postgres/"))  # no stage reads those
    and written_for("postgres", name).text.startswith(("SELECT", "WITH"))
]
LENT = {
    "changes": CHANGES,
    "planned_calls": pa.schema(CALLS),
    "receipts": pa.schema(RECEIPTS),
    "looked_up_contacts": CONTACT_ROWS,
    "pruned_snapshots": PRUNED_SNAPSHOTS,
}
# What makes room for rows, and what fills it.
FILLED = {
    "diff/create_differences": "diff/find_differences",
    "snapshot/create_latest_subscriptions": "snapshot/find_latest_subscriptions",
    "retention/create_joined_versions": "retention/find_joined_versions",
}


@contextmanager
def everything_there(warehouse: Warehouse) -> Iterator[Transaction]:
    """A transaction in which every table is there that a statement may name."""
    with warehouse.transaction() as transaction:
        for name, schema in LENT.items():
            transaction.lend(name, schema.empty_table())
        for make, fill in FILLED.items():
            transaction.execute(make)
            parameters = written_for("duckdb", fill).parameters
            transaction.execute(fill, **{each: some_value(each, fill) for each in parameters})
        yield transaction


@pytest.fixture(scope="module")
def postgres(cluster: PostgresCluster) -> Iterator[PostgresTransaction]:
    cluster.run("drop schema if exists listrak cascade")
    with everything_there(cluster.door()) as transaction:
        assert isinstance(transaction, PostgresTransaction)
        yield transaction


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_is_postgres_own(name: str, postgres: PostgresTransaction) -> None:
    written = written_for("postgres", name)

    with postgres.connection.cursor() as cursor:
        taken = cursor.adbc_prepare(written.text)  # PostgreSQL prepares one statement, not several
    assert taken is not None
    if not name.startswith("postgres/"):
        assert len(sqlglot.parse(written.text, read="postgres")) == 1
        assert len(taken) == len(written.parameters)


@pytest.mark.parametrize("name", FILLED.values())
def test_workers_may_help_to_fill_a_temporary_table(
    name: str, postgres: PostgresTransaction
) -> None:
    """PostgreSQL plans them only for a table that its query makes."""
    assert written_for("postgres", name).text.startswith("CREATE TEMPORARY TABLE ")
    assert postgres.fetch("diff/count_differences").num_rows == 1


def test_parameters_are_given_in_the_order_of_their_numbers() -> None:
    written = written_for("postgres", "diff/find_previous")

    values = written.values({"previous_at": FIRST, "list_id": 1, "source": "s"})

    for number, value in enumerate(values, 1):
        name = {"s": "source", 1: "list_id", FIRST: "snapshot_at"}[value]
        assert f"{name} = ${number}" in written.text


@pytest.mark.parametrize(
    ("marker", "text", "parameters"),
    [
        ("${number}", "SELECT $1, $2, $1", ("b", "a")),
        ("@{name}", "SELECT @b, @a, @b", ("b", "a")),
        ("?", "SELECT ?, ?, ?", ("b", "a", "b")),
    ],
)
def test_parameters_are_marked_as_the_engine_has_it(
    marker: str, text: str, parameters: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(dialect.DIALECTS, "postgres", dialect.Dialect(marker))
    monkeypatch.setattr(dialect, "statement", {"some": "select $b, $a, $b"}.__getitem__)

    written = written_for.__wrapped__("postgres", "some")

    assert (written.text, written.parameters) == (text, parameters)
    values = {"a": 1, "b": 2}
    assert written.values(values) == [values[each] for each in parameters]


@pytest.mark.parametrize("given", [{}, {"source": "s", "holder": "h", "more": 1}, {"source": "s"}])
def test_parameters_are_all_given_and_no_others(given: dict[str, Parameter]) -> None:
    with pytest.raises(ValueError, match="load/release_lease: missing or unknown parameters"):
        written_for("postgres", "load/release_lease").values(given)


def some_value(name: str, statement: str) -> Parameter:
    if name in ("list_id", "at_most", "up_to") or statement == "diff/fetch_differences":
        return 1
    if name == "removals":
        return True
    return FIRST if name.endswith("_at") else "text"


@pytest.mark.parametrize("name", QUERIES)
def test_answer_has_the_types_it_has_from_duckdb(
    name: str, postgres: PostgresTransaction, duckdb_file: DuckDBFile
) -> None:
    given = {each: some_value(each, name) for each in written_for("postgres", name).parameters}

    with everything_there(duckdb_file) as duckdb:
        expected = duckdb.fetch(name, **given).schema

    assert postgres.fetch(name, **given).schema == expected
