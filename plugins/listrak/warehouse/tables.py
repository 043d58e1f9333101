"""The tables and views of schema `listrak`: made on first use, upgraded, never downgraded."""

from __future__ import annotations

from listrak.errors import WarehouseRefusedError
from listrak.warehouse.statements import table_names, upgrade_names
from listrak.warehouse.warehouse import Transaction

SCHEMA_VERSION = 2


def create_tables(transaction: Transaction, engine: str, place: str) -> None:
    """Make the tables and views of this version where they are not there yet.

    `engine` is sqlglot's name of the dialect; `place` names the warehouse in messages. Raises
    WarehouseRefusedError when the tables are a later version's.
    """
    found = _schema_version(transaction)
    if found > SCHEMA_VERSION:
        raise WarehouseRefusedError(
            f"The warehouse {place} holds tables of version {found}; this program knows "
            f"{SCHEMA_VERSION}. Nothing was changed. Use the newer program, or another warehouse."
        )
    if found < SCHEMA_VERSION:
        # Asked for first: `if not exists` takes the right to create a schema also where it exists.
        if not _is(transaction, "has_schema"):
            transaction.execute("warehouse/create_schema")
        for name in [*upgrade_names(engine, found), *table_names(engine)]:
            transaction.execute(name)
        transaction.execute("warehouse/set_schema_version", version=SCHEMA_VERSION)


def _schema_version(transaction: Transaction) -> int:
    if not _is(transaction, "has_tables"):
        return 0
    return int(transaction.fetch("warehouse/schema_version")["version"][0].as_py())


def _is(transaction: Transaction, name: str) -> bool:
    return bool(transaction.fetch(f"warehouse/{name}")[name][0].as_py())
