"""Every statement of include/sql that Snowflake gets, by its documented limits and its stand-in."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
import sqlglot

from listrak.warehouse.dialect import DIALECTS, written_for
from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.snowflake.files import copy_rows, empty, end_turn, mark_turn
from listrak.warehouse.snowflake.transaction import ROOMS
from listrak.warehouse.statements import statement, table_names
from listrak.warehouse.tables import ddl
from listrak.warehouse.warehouse import Parameter
from tests.unit.diff.deciding import FIRST
from tests.unit.warehouse.accounts.snowflake import SnowflakeAccount
from tests.unit.warehouse.snowflake_limits import broken, makes_anything
from tests.unit.warehouse.test_dialect import LENT, everything_there, some_value
from tests.unit.warehouse.test_statements import ALL_STATEMENTS

OTHERS = tuple(f"{engine}/" for engine in DIALECTS if engine != "snowflake")
# Templates, with names to be filled in.
FILLED = {
    "snowflake/copy_rows": copy_rows("listrak.runs", pa.schema({"run_id": pa.string()}), "folder"),
    "snowflake/empty": empty("receipts"),
    "snowflake/mark_turn": mark_turn("mark"),
    "snowflake/end_turn": end_turn("mark"),
}
# No statements of tables.
FILES = ("snowflake/put_file", "snowflake/remove_file", "snowflake/remove_files")
REPLACED = ("tables/02_contact_versions", *ROOMS)
STATEMENTS = [
    name for name in ALL_STATEMENTS if not name.startswith(OTHERS) and name not in REPLACED + FILES
]
# What stands before a transaction begins; the rest comes in the middle of one.
BEFORE = ("tables/", "upgrades/", "snowflake/tables/", "warehouse/create_schema")
RUNNING = [name for name in STATEMENTS if not name.startswith((*BEFORE, "snowflake/"))]


def text_of(name: str) -> str:
    return FILLED.get(name) or written_for("snowflake", name).text


def test_statements_keep_to_what_is_documented() -> None:
    found = {}
    for name in STATEMENTS:
        [tree] = sqlglot.parse(text_of(name), read="snowflake")
        assert tree is not None, name
        if name != "snowflake/copy_rows":  # it reads a file, whose columns are `$1:name`
            found[name] = broken(tree)
        if not name.startswith("snowflake/"):
            assert tree.sql("snowflake") == text_of(name)
            assert text_of(name).count("?") == len(written_for("snowflake", name).parameters)

    assert {name: rules for name, rules in found.items() if rules} == {}
    assert len(found) > 100


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("select start from runs", "reserved_words"),
        ('select "Email" from runs', "names"),
        (f"select {'a' * 256} from runs", "names"),
        ("select bool_or(a) from runs", "functions"),
        ("select cast(a as timestamp) from runs", "types"),
        ("select extract(epoch from a - b) from runs", "times"),
        ("select a from runs order by a limit ?", "parameters"),
        ("select exists (select 1 from b) as c from a", "subqueries"),
        ("select (select b.x from b where b.y = a.y) as z from a", "subqueries"),
        ("select 1 from a where exists (select 1 from b where b.y = a.y limit 1)", "subqueries"),
        (
            "delete from a where exists (select 1 from b where coalesce(b.y = a.y, true))",
            "mixed_conditions",
        ),
        ("select row_number() over (partition by a) from b", "windows"),
        ("select count(*) filter (where a) from b", "clauses"),
        ("with a as (select 1) insert into b select 1", "clauses"),
        ("alter table a add column if not exists b int default 1", "columns_added"),
    ],
)
def test_what_is_not_documented_is_noticed(text: str, rule: str) -> None:
    [tree] = sqlglot.parse(text, read="snowflake")

    assert tree is not None
    assert [each.partition(":")[0] for each in broken(tree)].count(rule) > 0


def test_nothing_in_a_transaction_commits_it() -> None:
    in_it = [name for name in STATEMENTS if not name.startswith(BEFORE)]
    trees = {name: sqlglot.parse_one(text_of(name), read="snowflake") for name in in_it}

    assert [name for name, tree in trees.items() if makes_anything(tree)] == []
    temporary = [name for name in ALL_STATEMENTS if "create temporary" in statement(name)]
    assert {name for name in temporary if not name.startswith(OTHERS)} == ROOMS.keys()


def test_every_room_has_the_columns_that_it_is_filled_with() -> None:
    names = [name for name in table_names("snowflake") if "transient" in statement(name)]
    with duckdb.connect(":memory:") as connection:
        connection.execute("create schema listrak")
        for name in names:
            connection.execute(sqlglot.transpile(statement(name), "snowflake", "duckdb")[0])
        for name in ROOMS:
            connection.execute(written_for("duckdb", name).text)
        rooms = {
            name: connection.table(f"listrak.{name}").to_arrow_table().schema
            for name in (*LENT, *ROOMS.values())
        }
        made = {
            name: connection.table(f"temp.{name}").to_arrow_table().schema
            for name in ROOMS.values()
        }

    assert rooms == {**{name: plain(schema) for name, schema in LENT.items()}, **made}
    assert len(names) == len(rooms) + 1  # and the one for marks


def plain(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(each.name, each.type) for each in schema])


def test_contact_versions_are_clustered_and_have_their_columns() -> None:
    own = sqlglot.parse_one(statement("snowflake/tables/02_contact_versions"), read="snowflake")
    common = sqlglot.parse_one(text_of("tables/02_contact_versions"), read="snowflake")

    assert own.this.sql("snowflake", comments=False) == common.this.sql("snowflake", comments=False)
    assert "CLUSTER BY (source, list_id, valid_to)" in own.sql("snowflake")
    assert sum("cluster by" in text for text in ddl("snowflake")) == 1


def test_statements_run_and_answer_with_the_types_they_have_from_duckdb(
    snowflake: SnowflakeAccount, duckdb_file: DuckDBFile
) -> None:
    failed = {}
    with snowflake.door().transaction() as there, everything_there(duckdb_file) as here:
        for name in RUNNING:
            given = given_to(name)
            try:
                if not text_of(name).startswith(("SELECT", "WITH")):
                    there.execute(name, **given)
                elif name.startswith("inspect/"):  # no stage reads those
                    there.fetch(name, **given)
                else:
                    assert there.fetch(name, **given).schema == wide(
                        here.fetch(name, **given).schema
                    )
            except Exception as error:  # noqa: BLE001 (all of them are told at the end)
                failed[name] = error
            there.session.rollback()
        there.begin()  # anew: what it began with was rolled back

    assert failed == {}


def given_to(name: str) -> dict[str, Parameter]:
    written = written_for("snowflake", name)
    return {each: fitting(each, name, written.types.get(each, "")) for each in written.parameters}


TIMES = ("now", "since", "latest_credible", "abandoned_before", "earlier", "later", "at")


def fitting(parameter: str, name: str, kind: str) -> Parameter:
    """Return a value of the parameter's type."""
    if parameter in ("version", "looked_up") or parameter.endswith("_count"):
        return 1
    if parameter in TIMES or kind.startswith("TIMESTAMP"):
        return FIRST
    return some_value(parameter, name)


def wide(schema: pa.Schema) -> pa.Schema:
    """Snowflake has one type of whole numbers."""
    fields = [
        each.with_type(pa.int64()) if pa.types.is_integer(each.type) else each for each in schema
    ]
    return pa.schema(fields)
