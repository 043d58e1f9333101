"""What a door has to stand before a real account: the promises, a story, every statement.

By name; each begins with a fresh account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
import sqlglot
from sqlglot import exp

from listrak.errors import WarehouseRefusedError, WarehouseUnavailableError
from listrak.warehouse.dialect import DIALECTS, written_for
from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.warehouse import Parameter, Warehouse
from tests.unit.conftest import ask_file
from tests.unit.diff.deciding import FIRST
from tests.unit.warehouse import test_upgrade
from tests.unit.warehouse.accounts.account import Account
from tests.unit.warehouse.promises import PROMISES, asking, hold_to
from tests.unit.warehouse.rows import TABLES, comparable
from tests.unit.warehouse.test_dialect import everything_there, some_value
from tests.unit.warehouse.test_same_rows import SAVED, live, rows
from tests.unit.warehouse.test_statements import ALL_STATEMENTS

Check = Callable[[Account, Path], None]
TRIES = 20
# By its primary key, which none of the engines that are somebody's account enforces.
NOT_THERE = ("refused_statement_quotes_no_row",)
# What `everything_there` and the opening of a transaction run, and what is for other engines.
RUN_BEFORE = (
    "tables/", "upgrades/", "inspect/", "warehouse/create_schema", "diff/create_",
    "snapshot/create_", "retention/create_", *(f"{engine}/" for engine in DIALECTS),
)  # fmt: skip


def keep(promise: str, account: Account, _: Path) -> None:
    hold_to(promise, account.door(), account.change)


def refuse_without_quoting(account: Account, _: Path) -> None:
    with account.door().transaction():
        pass

    with (
        pytest.raises(WarehouseRefusedError) as caught,
        account.door().transaction() as transaction,
    ):
        transaction.execute("warehouse/set_schema_version", version="a@x.example")

    assert "@" not in str(caught.value)
    assert caught.value.__suppress_context__


def tell_the_same_story(account: Account, folder: Path) -> None:
    door = account.door()
    file = DuckDBFile("warehouse_default", folder / "listrak.duckdb", lock_timeout=5)
    for warehouse in (file, door):
        live(warehouse, seed=1)

    tables = [[f"select * from {table}"] for (table,) in ask_file(file.path, TABLES)]
    assert len(tables) > 10
    differing = {}
    for words in tables + SAVED:
        here, there = comparable(rows(file, words)), comparable(rows(door, words))
        if there != here:
            differing[words[0]] = (here, there)
    assert differing == {}


def take_every_statement(account: Account, _: Path) -> None:
    door = account.door()
    names = [name for name in ALL_STATEMENTS if not name.startswith(RUN_BEFORE)]
    assert len(names) > 60

    with everything_there(door) as transaction:
        for name in names:
            written = written_for(door.engine, name)
            given = {each: fitting_value(each, name) for each in written.parameters}
            is_query = written.text.startswith(("SELECT", "WITH"))
            try:
                (transaction.fetch if is_query else transaction.execute)(name, **given)
            except Exception as error:
                error.add_note(name)
                raise


def fitting_value(parameter: str, statement: str) -> Parameter:
    if parameter.endswith("_count") or parameter in ("looked_up", "version"):
        return 1
    if parameter in ("since", "now", "latest_credible", "abandoned_before"):
        return FIRST
    return some_value(parameter, statement)


def upgrade_version_1(account: Account, _: Path) -> None:
    door = account.door()
    for text in said_in(door.engine, test_upgrade.VERSION_1):
        account.change(text)

    test_upgrade.test_version_1_is_upgraded_and_goes_on(door, asking(door))


def said_in(engine: str, text: str) -> Iterator[str]:
    """Yield the statements of a text in PostgreSQL's dialect in the engine's."""
    for tree in filter(None, sqlglot.parse(text, read="postgres")):
        for collation in [*tree.find_all(exp.CollateColumnConstraint)]:
            collation.parent.pop()  # type: ignore[union-attr]  # a constraint has a parent
        for rewrite in DIALECTS[engine].rewrites:
            tree = tree.transform(rewrite)  # noqa: PLW2901 (each on what the one before left)
        yield tree.sql(engine)


def take_turns(account: Account, _: Path) -> None:
    """Two at once find no lease and take it: without turns there would be two."""
    door = account.door()
    with door.transaction():
        pass
    together = Barrier(2)

    def look_and_take(holder: str) -> None:
        together.wait(60)
        for _ in range(TRIES):
            try:
                return take_lease_if_free(door, holder)
            except WarehouseUnavailableError:  # somebody else's turn: as a task tries again
                continue
        raise AssertionError(f"{holder} never had its turn")

    with ThreadPoolExecutor() as pool:
        list(pool.map(look_and_take, ("this", "that")))

    assert asking(door)("select count(*) from load_leases") == [(1,)]


def take_lease_if_free(warehouse: Warehouse, holder: str) -> None:
    with warehouse.transaction() as transaction:
        if transaction.fetch("load/find_lease", source="src").num_rows == 0:
            transaction.execute("load/begin_lease", source="src", holder=holder, expires_at=FIRST)


CHECKS: Mapping[str, Check] = {
    **{name: partial(keep, name) for name in PROMISES if name not in NOT_THERE},
    "refused_statement_quotes_no_value": refuse_without_quoting,
    "same_story_leaves_the_same_rows_and_answers": tell_the_same_story,
    "every_statement_is_taken": take_every_statement,
    "version_1_is_upgraded_and_goes_on": upgrade_version_1,
    "two_at_once_take_turns": take_turns,
}
