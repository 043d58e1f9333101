"""The story of test_same_rows.py on Snowflake leaves the rows that DuckDB has."""

from __future__ import annotations

from listrak.warehouse.duckdb_file import DuckDBFile
from tests.unit.conftest import ask_file
from tests.unit.snowflake_account import SnowflakeAccount
from tests.unit.warehouse.rows import TABLES, comparable
from tests.unit.warehouse.test_same_rows import SAVED, live, rows


def test_same_story_leaves_the_same_rows(
    duckdb_file: DuckDBFile, snowflake: SnowflakeAccount
) -> None:
    door = snowflake.door()
    for warehouse in (duckdb_file, door):
        live(warehouse, seed=1)

    tables = [table for (table,) in ask_file(duckdb_file.path, TABLES)]
    assert len(tables) > 10
    for words in [[f"select * from {table}"] for table in tables] + SAVED:
        here, there = rows(duckdb_file, words), rows(door, words)
        assert comparable(there) == comparable(here), words
