"""The tables and views of schema `listrak`: made on first use, upgraded, never downgraded."""

from __future__ import annotations

from listrak.errors import WarehouseRefusedError
from listrak.warehouse.dialect import spelled_out
from listrak.warehouse.statements import table_names, upgrade_names
from listrak.warehouse.warehouse import Transaction

SCHEMA_VERSION = 4
SET_VERSION = "warehouse/set_schema_version"


def create_tables(
    transaction: Transaction, engine: str, place: str, turn: Transaction | None = None
) -> None:
    """Make the tables and views of this version where they are not there yet.

    `engine` is sqlglot's name of the dialect; `place` names the warehouse in messages; `turn`: who
    has the turn and writes the version down, if that is another transaction. Raises
    WarehouseRefusedError when the tables are a later version's.
    """
    found = schema_version(transaction)
    if found > SCHEMA_VERSION:
        raise WarehouseRefusedError(
            f"The warehouse {place} holds tables of version {found}; this program knows "
            f"{SCHEMA_VERSION}. Nothing was changed. Use the newer program, or another warehouse."
        )
    if found < SCHEMA_VERSION:
        # Asked for first: `if not exists` takes the right to create a schema also where it exists.
        if not has_schema(transaction):
            transaction.execute("warehouse/create_schema")
        for name in _steps(engine, found):
            transaction.execute(name)
        (turn or transaction).execute(SET_VERSION, version=SCHEMA_VERSION)


def ddl(engine: str, from_version: int = 0) -> tuple[str, ...]:
    """Return the statements that make the schema and all in it, for an administrator to run.

    Or that upgrade the tables of `from_version`. In order, each with its purpose, ended by `;`.
    Raises ValueError where there is nothing to upgrade from there.
    """
    if not 0 <= from_version < SCHEMA_VERSION:
        raise ValueError(
            f"There is no upgrade from version {from_version}: the newest is {SCHEMA_VERSION}."
        )
    first = [] if from_version else ["warehouse/create_schema"]
    made = [spelled_out(engine, name) for name in (*first, *_steps(engine, from_version))]
    return (*made, spelled_out(engine, SET_VERSION, version=SCHEMA_VERSION))


def _steps(engine: str, version: int) -> list[str]:
    """Return the statements that lead from tables of `version`, or from none (0), to this one."""
    return [*upgrade_names(engine, version), *table_names(engine)]


def has_schema(transaction: Transaction) -> bool:
    """Return whether the schema is there: this program made it, or somebody for it."""
    return _is(transaction, "has_schema")


def schema_version(transaction: Transaction) -> int:
    """Return the version of the tables, or 0 where none are there, or not all."""
    if not _is(transaction, "has_tables"):
        return 0
    return newest_version(transaction)


def newest_version(transaction: Transaction) -> int:
    """Return the version of the tables, or 0 where the set-up broke off before it was written."""
    return int(transaction.fetch("warehouse/schema_version")["version"][0].as_py())


def _is(transaction: Transaction, name: str) -> bool:
    return bool(transaction.fetch(f"warehouse/{name}")[name][0].as_py())
