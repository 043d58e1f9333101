"""The warehouse in a PostgreSQL database that several task processes share.

One transaction at a time writes, as with a DuckDB file: each takes a lock of its own first, which
ends with it. So whatever holds there holds here, and no two ever run into each other's rows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pyarrow as pa
from adbc_driver_manager import Error
from adbc_driver_manager.dbapi import Connection
from adbc_driver_postgresql.dbapi import connect

from listrak.errors import WarehouseRefusedError
from listrak.warehouse.dialect import written_for
from listrak.warehouse.postgres_errors import IN_DOUBT, connecting_error, postgres_error
from listrak.warehouse.tables import SCHEMA, create_tables
from listrak.warehouse.warehouse import Parameter

log = logging.getLogger(__name__)

ENGINE = "postgres"
LOCK = int.from_bytes(SCHEMA.encode(), "big")  # any number that no other program takes
# What the lock promises needs each statement to see what others have committed. A client that
# vanished must not hold the lock for longer than this; temporary tables are no news.
SESSION = (
    "set transaction isolation level read committed",
    "set local idle_in_transaction_session_timeout = '5min'",
    "set local client_min_messages = warning",
)


@dataclass(frozen=True)
class PostgresTransaction:
    """A transaction on an open connection; see `Transaction`."""

    connection: Connection
    where: str

    def execute(self, name: str, /, **parameters: Parameter) -> int:
        """Run the statement `name` and return the number of rows it changed."""
        written = written_for(ENGINE, name)
        values = written.values(parameters)
        with self.connection.cursor() as cursor:
            if values:
                # Unlike `execute`, it counts rows where there are parameters.
                cursor.executemany(written.text, [values])
            else:
                cursor.execute(written.text)
            return max(int(cursor.rowcount), 0)  # -1 where there are none to count

    def fetch(self, name: str, /, **parameters: Parameter) -> pa.Table:
        """Run the query `name` and return all its rows."""
        written = written_for(ENGINE, name)
        with self.connection.cursor() as cursor:
            cursor.execute(written.text, written.values(parameters) or None)
            rows: pa.Table = cursor.fetch_arrow_table()
        return rows.cast(pa.schema([each.remove_metadata() for each in rows.schema]))

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows to `listrak.<table>` by column name."""
        columns = self.connection.adbc_get_table_schema(table, db_schema_filter=SCHEMA)
        schema = pa.schema([columns.field(name).remove_metadata() for name in rows.column_names])
        try:
            typed = rows.cast(schema)
        except pa.ArrowInvalid:  # its text quotes the value
            raise WarehouseRefusedError(
                f"{self.where} cannot take rows of {table}: a value does not fit its column's "
                "type. Nothing of this step was kept. If the tables were made or changed by "
                "another program, keep them and use another database."
            ) from None
        with self.connection.cursor() as cursor:
            cursor.adbc_ingest(table, typed, mode="append", db_schema_name=SCHEMA)

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let later statements of this transaction read `rows` as `name`."""
        self.run(f"drop table if exists pg_temp.{name}")
        with self.connection.cursor() as cursor:
            cursor.adbc_ingest(name, rows, mode="create", temporary=True)

    def run(self, text: str) -> None:
        """Run a statement of the door's own, which is no query."""
        with self.connection.cursor() as cursor:
            cursor.execute(text)

    def ask(self, text: str) -> bool:
        """Return the one answer to a query of the door's own: it is not run before it is read."""
        with self.connection.cursor() as cursor:
            cursor.execute(text)
            return bool(cursor.fetch_arrow_table().column(0)[0].as_py())


@dataclass(frozen=True)
class PostgresServer:
    """A warehouse in a PostgreSQL database, its schema `listrak` made on first use.

    `conninfo`: libpq's connection string, password included. `place`: where that is, in words that
    may be shown. `lock_timeout`: seconds to wait for another task's transaction.
    """

    conn_id: str
    conninfo: str = field(repr=False)
    place: str
    lock_timeout: float = 300.0

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        """Connect, begin, and commit at the end; see `Warehouse.transaction`."""
        with self._connected() as connection:
            transaction = PostgresTransaction(connection, self._where)
            try:
                self._begin(transaction)
                create_tables(transaction, self.place)
                yield transaction
                # A pool may hand the session, and its temporary tables, to somebody else.
                transaction.run("discard temp")
            except Error as error:
                # Not chained: PostgreSQL's own text may quote a row.
                raise postgres_error(error, self._where, self.lock_timeout) from None
            self._commit(connection)

    @property
    def _where(self) -> str:
        return f"Connection `{self.conn_id}`: the warehouse in {self.place}"

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        try:
            connection = connect(self.conninfo)
        except Error as error:
            raise connecting_error(error, self._where) from None
        try:
            yield connection
        except BaseException:
            with suppress(Error):  # the server may be gone, and rolls back by itself then
                connection.rollback()
            raise
        finally:
            with suppress(Error):
                connection.close()

    def _begin(self, transaction: PostgresTransaction) -> None:
        for text in SESSION:
            transaction.run(text)
        transaction.run(f"set local lock_timeout = '{max(1, round(self.lock_timeout * 1000))}ms'")
        if not transaction.ask(f"select pg_try_advisory_xact_lock({LOCK})"):
            log.info("Waiting for the warehouse in %s: another task is writing", self.place)
            transaction.ask(f"select pg_advisory_xact_lock({LOCK}) is null")

    def _commit(self, connection: Connection) -> None:
        try:
            connection.commit()
        except Error as error:
            kept = {} if error.sqlstate else {"kept": IN_DOUBT}
            raise postgres_error(error, self._where, self.lock_timeout, **kept) from None
