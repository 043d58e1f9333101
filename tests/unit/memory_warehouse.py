"""DuckDB in memory, for tests of very many transactions; ends the process at one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb

from listrak.warehouse.duckdb.file import DuckDBTransaction
from listrak.warehouse.tables import create_tables


class Crash(Exception):  # noqa: N818 (it is none of the program's errors)
    """The process ends here."""


@dataclass
class Crashing:
    """What ends the process. `crash_at`: transactions from now that still commit."""

    crash_at: int | None = None

    def count(self) -> None:
        """Count a transaction that is about to be committed. Raises Crash when it must not be."""
        if self.crash_at is not None:
            self.crash_at -= 1
            if self.crash_at < 0:
                raise Crash


def _tables() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    create_tables(DuckDBTransaction(connection), "duckdb", "in memory")
    return connection


@dataclass
class MemoryWarehouse(Crashing):
    """Obeys the contract of a warehouse."""

    connection: duckdb.DuckDBPyConnection = field(default_factory=_tables)

    @contextmanager
    def transaction(self) -> Iterator[DuckDBTransaction]:
        self.connection.execute("begin")
        try:
            yield DuckDBTransaction(self.connection)
            self.count()
        except BaseException:
            self.connection.execute("rollback")
            raise
        self.connection.execute("commit")
        self._end_session()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def _end_session(self) -> None:
        """Drop what a closed connection forgets: temporary tables."""
        tables = "select table_name from duckdb_tables() where temporary"
        for (name,) in self.connection.execute(tables).fetchall():
            self.connection.execute(f"drop table temp.{name}")
