"""What every warehouse promises, on Snowflake's stand-in, behind Snowflake's own client."""

from __future__ import annotations

import pytest

from listrak.warehouse.duckdb.file import DuckDBFile
from tests.unit.conftest import ask_file
from tests.unit.warehouse import test_upgrade
from tests.unit.warehouse.accounts.snowflake import SnowflakeAccount
from tests.unit.warehouse.promises import PROMISES, Promise, asking, hold_to
from tests.unit.warehouse.rows import TABLES, comparable
from tests.unit.warehouse.test_same_rows import MAY_BE_EMPTY, SAVED, live, rows

UPGRADES = (
    test_upgrade.test_version_1_is_upgraded_and_goes_on,
    test_upgrade.test_upgrade_happens_once,
)
# It breaks a primary key, which Snowflake does not enforce: test_snowflake.py has one of its own.
KEPT = [promise for promise in PROMISES if promise != "refused_statement_quotes_no_row"]


@pytest.fixture(scope="module")
def account(snowflake_stand_in: SnowflakeAccount) -> SnowflakeAccount:
    return snowflake_stand_in.fresh()


@pytest.mark.parametrize("promise", KEPT)
def test_promise_is_kept(promise: str, account: SnowflakeAccount) -> None:
    # To make the tables takes most of a test's time: they are made once, and emptied.
    one = account.fresh() if "before_any_run" in promise else account.emptied()
    hold_to(promise, one.door(), one.change)


@pytest.mark.parametrize("upgrade", UPGRADES, ids=lambda each: each.__name__)
def test_tables_of_version_1_are_upgraded(upgrade: Promise, snowflake: SnowflakeAccount) -> None:
    snowflake.change(test_upgrade.VERSION_1)

    upgrade(snowflake.door(), asking(snowflake.door()))


def test_same_story_leaves_the_same_rows(
    duckdb_file: DuckDBFile, snowflake: SnowflakeAccount
) -> None:
    door = snowflake.door()
    for warehouse in (duckdb_file, door):
        live(warehouse, seed=1, turns=3)  # each takes seconds there

    tables = [table for (table,) in ask_file(duckdb_file.path, TABLES)]
    assert len(tables) > 10
    for words in [[f"select * from {table}"] for table in tables] + SAVED:
        here, there = rows(duckdb_file, words), rows(door, words)
        assert comparable(there) == comparable(here), words
        assert here or words[0] in MAY_BE_EMPTY, words
