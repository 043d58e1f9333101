"""Every statement of include/sql in Snowflake's dialect, and before its stand-in."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from listrak.warehouse.dialect import written_for
from listrak.warehouse.duckdb_file import DuckDBFile
from listrak.warehouse.engines import ENGINES
from listrak.warehouse.snowflake import ROOMS, SnowflakeTransaction
from listrak.warehouse.statements import lent_names, statement
from listrak.warehouse.warehouse import Parameter
from tests.unit.diff.deciding import FIRST
from tests.unit.snowflake_account import SnowflakeAccount
from tests.unit.warehouse.test_dialect import LENT, everything_there, some_value
from tests.unit.warehouse.test_statements import ALL_STATEMENTS

OTHERS = tuple(f"{engine}/" for engine in ENGINES)
STATEMENTS = [name for name in ALL_STATEMENTS if not name.startswith(OTHERS)]
QUERIES = [
    name
    for name in STATEMENTS
    if not name.startswith("inspect/")  # no stage reads those
    and written_for("snowflake", name).text.startswith(("SELECT", "WITH"))
]
# https://docs.snowflake.com/en/sql-reference/reserved-keywords: what no column or table may be.
RESERVED = """
    account all alter and any as between by case cast check column connect connection constraint
    create cross current current_date current_time current_timestamp current_user database delete
    distinct drop else exists false following for from full grant group gscluster having ilike in
    increment inner insert intersect into is issue join lateral left like localtime localtimestamp
    minus natural not null of on or order organization qualify regexp revoke right rlike row rows
    sample schema select set some start table tablesample then to trigger true try_cast union unique
    update using values view when whenever where with
"""


# What stands when a transaction has begun, and is brought about by test_snowflake_upgrade.py.
MAKING = ("tables/", "upgrades/", "lent/", "warehouse/create_schema", *ROOMS)
RUNNING = [name for name in STATEMENTS if not name.startswith(MAKING)]


@pytest.fixture(scope="module")
def transaction(account: SnowflakeAccount) -> Iterator[SnowflakeTransaction]:
    with account.fresh().door().transaction() as opened:
        yield opened
        opened.session.rollback()


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_is_snowflakes_own(name: str) -> None:
    written = written_for("snowflake", name)

    [tree] = sqlglot.parse(written.text, read="snowflake")

    assert tree is not None
    assert not isinstance(tree, exp.Command)
    assert len(list(tree.find_all(exp.Placeholder))) == len(written.parameters)
    names = {each.name.lower() for each in tree.find_all(exp.Identifier)}
    assert not names & set(RESERVED.split())
    assert not tree.find(exp.Filter, exp.OnConflict)
    # What plain TIMESTAMP is, an account's own parameter says.
    assert not any(each.is_type("timestamp") for each in tree.find_all(exp.DataType))
    # Times have no difference that parts could be taken of, and each number takes an order.
    assert not tree.find(exp.Extract)
    numbers = [each for each in tree.find_all(exp.Window) if isinstance(each.this, exp.RowNumber)]
    assert all(each.args.get("order") for each in numbers)


def test_no_statement_makes_a_temporary_table_in_a_transaction() -> None:
    makes = [name for name in STATEMENTS if "create temporary" in statement(name)]

    assert sorted(makes) == sorted([*ROOMS, *lent_names()])


@pytest.mark.parametrize("name", LENT)
def test_room_for_what_is_lent_has_its_columns(name: str, duckdb_file: DuckDBFile) -> None:
    with duckdb_file.transaction() as opened:
        opened.execute(f"lent/{name}")
        room = opened.connection.table(name).to_arrow_table()

    expected = [(each.name, each.type) for each in LENT[name]]
    assert [(each.name, each.type) for each in room.schema] == expected


@pytest.mark.parametrize("name", RUNNING)
def test_statement_is_run(name: str, transaction: SnowflakeTransaction) -> None:
    written = written_for("snowflake", name)
    given = {each: fitting(each, name) for each in written.parameters}

    try:
        if written.text.startswith(("SELECT", "WITH")):
            assert transaction.fetch(name, **given).column_names
        else:
            assert transaction.execute(name, **given) >= 0
    finally:
        transaction.session.rollback()


TIMES = ("now", "since", "latest_credible", "abandoned_before", "earlier", "later", "at")


def fitting(parameter: str, name: str) -> Parameter:
    """Return a value of the parameter's type."""
    if parameter in ("version", "looked_up") or parameter.endswith("_count"):
        return 1
    if parameter in TIMES:
        return FIRST
    return some_value(parameter, name)


@pytest.mark.parametrize("name", QUERIES)
def test_answer_has_the_types_it_has_from_duckdb(
    name: str, transaction: SnowflakeTransaction, duckdb_file: DuckDBFile
) -> None:
    written = written_for("snowflake", name)
    given = {each: fitting(each, name) for each in written.parameters}

    with everything_there(duckdb_file) as duckdb:
        expected = duckdb.fetch(name, **given).schema

    assert transaction.fetch(name, **given).schema == with_wide_numbers(expected)


def with_wide_numbers(schema: pa.Schema) -> pa.Schema:
    """Snowflake has one type of whole numbers."""
    fields = [
        each.with_type(pa.int64()) if pa.types.is_integer(each.type) else each for each in schema
    ]
    return pa.schema(fields)
