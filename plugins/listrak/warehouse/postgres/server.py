"""The warehouse in a PostgreSQL database that several task processes share.

One transaction at a time writes, as with a DuckDB file: each takes a lock of its own first, which
ends with it. So whatever holds there holds here, and no two ever run into each other's rows.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
from adbc_driver_manager import Error
from adbc_driver_manager.dbapi import Connection
from adbc_driver_postgresql.dbapi import connect

from listrak.connection_fields import ConnectionFields
from listrak.errors import QuestionError, WarehouseRefusedError
from listrak.warehouse.dialect import written_for
from listrak.warehouse.kept import IN_DOUBT
from listrak.warehouse.postgres.answers import with_plain_types
from listrak.warehouse.postgres.connection import postgres_connection
from listrak.warehouse.postgres.errors import connecting_error, own_words, postgres_error
from listrak.warehouse.questions import CAST_IT, NOT_ANSWERED, check_first_word, check_text
from listrak.warehouse.statements import SCHEMA
from listrak.warehouse.tables import create_tables
from listrak.warehouse.warehouse import Parameter

log = logging.getLogger(__name__)

ENGINE = "postgres"
LOCK = int.from_bytes(SCHEMA.encode(), "big")  # any number that no other program takes
TO_WRITE = (
    "read_committed",
    "limit_idling",
    "hush",
    "find_lent_tables_only",
    "expect_few_rows",
)
QUESTIONS = ("select", "with", "values", "table", "show", "explain")
TO_ANSWER = ("read_only", "limit_idling", "show_utc", "find_tables_first")
MEMORY_OF_A_READER = "256MB"
# By COPY, which is faster, `show` and `explain` have no answer.
UNCOPIED = {"adbc.postgresql.use_copy": False}


# The tables that grow with the lists.
ANALYZED = ("trait_changes", "identify_calls", "contact_versions", "staged_contacts")
# Those of a transaction that whole partitions are joined with, by how few rows there are.
ANALYZED_AT_ONCE = ("pruned_snapshots", "joined_versions")
# With an index the planner joins row by row what it takes for a few rows: find_pending_calls took
# 93 s for 900 calls that it knew nothing of.
MANY_ROWS = 100


@dataclass(frozen=True)
class News:
    """How many rows of each table a transaction changed, and of how many the planner was told."""

    changed: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)

    def is_due(self, table: str, rows: int) -> bool:
        """Count the rows; whether they are many, and twice as many as when it was told last."""
        self.changed[table] += rows
        is_due = self.changed[table] >= max(MANY_ROWS, 2 * self.told[table])
        if is_due:
            self.told[table] = self.changed[table]
        return is_due


@dataclass(frozen=True)
class PostgresTransaction:
    """A transaction on an open connection; see `Transaction`.

    After many rows it lets the planner look at them: one that knows of none joins row by row, which
    took a minute for 20,000 changes.
    """

    connection: Connection
    where: str
    _news: News = field(default_factory=News)

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
            rows = max(int(cursor.rowcount), 0)  # -1 where there are none to count
        self._tell_planner(written.changes, rows)
        return rows

    def fetch(self, name: str, /, **parameters: Parameter) -> pa.Table:
        """Run the query `name` and return all its rows."""
        written = written_for(ENGINE, name)
        return self.answer(written.text, written.values(parameters))

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
        self._tell_planner(table, typed.num_rows)

    def _tell_planner(self, table: str | None, rows: int) -> None:
        if table in ANALYZED_AT_ONCE or (table in ANALYZED and self._news.is_due(table, rows)):
            self.run(f"analyze_{table}")

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let later statements of this transaction read `rows` as `name`."""
        with self.connection.cursor() as cursor:
            cursor.adbc_ingest(name, rows, mode="replace", temporary=True)
        self._tell_planner(name, rows.num_rows)

    def run(self, *names: str) -> None:
        """Run statements of PostgreSQL alone, which are no queries."""
        for name in names:
            self.execute(f"{ENGINE}/{name}")

    def answer(self, text: str, parameters: Sequence[Parameter], **options: bool) -> pa.Table:
        """Run a query, with options of the driver, and return all its rows."""
        with self.connection.cursor() as cursor:
            cursor.adbc_statement.set_options(**options)
            cursor.execute(text, list(parameters) or None)
            rows: pa.Table = cursor.fetch_arrow_table()
        return rows.cast(pa.schema([each.remove_metadata() for each in rows.schema]))

    def is_so(self, name: str, parameter: Parameter) -> bool:
        """Return the one answer to a query of PostgreSQL alone."""
        return bool(self.read(name, parameter).column(0)[0].as_py())

    def read(self, name: str, parameter: Parameter) -> pa.Table:
        """Run a query of PostgreSQL alone, which is not run before it is read."""
        return self.answer(written_for(ENGINE, f"{ENGINE}/{name}").text, [parameter])


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

    engine: str = field(default=ENGINE, init=False)

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        """Connect, begin, and commit at the end; see `Warehouse.transaction`."""
        with self._connected() as transaction:
            with self._errors_translated():
                self._begin(transaction)
                create_tables(transaction, self.engine, self.place)
                yield transaction
                transaction.run("discard_temporary")
            self._commit(transaction.connection)

    def ask(self, text: str, parameters: Sequence[Parameter] = ()) -> pa.Table:
        """Answer a person's question in a transaction that only reads; see `Door.ask`."""
        check_text(text, parameters)
        check_first_word(text, ENGINE, QUESTIONS)
        with self._connected() as transaction:
            with self._errors_translated():
                transaction.run(*TO_ANSWER)
                transaction.is_so("plan_for_one_reader", MEMORY_OF_A_READER)
            try:
                return with_plain_types(transaction.answer(text, parameters, **UNCOPIED))
            except Error as error:
                raise QuestionError(own_words(error)) from None
            except NOT_ANSWERED:
                raise QuestionError(CAST_IT) from None

    def give_back_space(self) -> None:
        """Vacuum what retention deleted from; it cannot be done inside a transaction."""
        with self._connected(autocommit=True) as transaction, self._errors_translated():
            transaction.run("give_back_space")

    @property
    def _where(self) -> str:
        return f"Connection `{self.conn_id}`: the warehouse in {self.place}"

    @contextmanager
    def _connected(self, *, autocommit: bool = False) -> Iterator[PostgresTransaction]:
        try:
            connection = connect(self.conninfo, autocommit=autocommit)
        except Error as error:
            raise connecting_error(error, self._where) from None
        try:
            yield PostgresTransaction(connection, self._where)
        except BaseException:
            with suppress(Error):  # the server may be gone, and rolls back by itself then
                connection.rollback()
            raise
        finally:
            with suppress(Error):
                connection.close()

    @contextmanager
    def _errors_translated(self) -> Iterator[None]:
        try:
            yield
        except Error as error:
            # Not chained: PostgreSQL's own text may quote a row.
            raise postgres_error(error, self._where, self.lock_timeout) from None

    def _begin(self, transaction: PostgresTransaction) -> None:
        transaction.run(*TO_WRITE)
        transaction.read("notice_lost_client", "10s")
        transaction.is_so("limit_waiting", f"{max(1, round(self.lock_timeout * 1000))}ms")
        if not transaction.is_so("try_lock", LOCK):
            log.info("Waiting for the warehouse in %s: another task is writing", self.place)
            transaction.is_so("wait_for_lock", LOCK)
        transaction.read("join_without_statistics", SCHEMA)

    def _commit(self, connection: Connection) -> None:
        try:
            connection.commit()
        except Error as error:
            kept = {} if error.sqlstate else {"kept": IN_DOUBT}
            raise postgres_error(error, self._where, self.lock_timeout, **kept) from None


def open_door(fields: ConnectionFields, _project: Path) -> PostgresServer:
    """Return the warehouse of a connection of type `postgres`."""
    settings = postgres_connection(fields)
    return PostgresServer(
        settings.conn_id, settings.conninfo, settings.place, settings.lock_timeout
    )
