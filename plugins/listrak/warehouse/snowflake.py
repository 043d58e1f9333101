"""The warehouse in a Snowflake database that several task processes share.

Snowflake commits an open transaction at every DDL statement, one for a temporary table included.
So all that has to be there is made before a transaction begins:

- the tables and views. Each step of an upgrade is kept at once, so it may be done twice, and the
  version is written last: a task that is killed in the middle leaves the old version, and the next
  one does the whole upgrade again.
- the temporary tables that a transaction may ask for, and those for what may be lent to it
  (include/sql/lent). The session, and with it they, end with the transaction.

One transaction at a time writes, as with a DuckDB file: each first changes the rows of one small
table, which nobody else can do until it ends. Snowflake reads what is committed: whoever waited
sees what the one before kept. A killed task's transaction, once it has idled for 5 minutes, is
ended by Snowflake as soon as another waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
from snowflake.connector import connect
from snowflake.connector.connection import SnowflakeConnection as Session
from snowflake.connector.cursor import SnowflakeCursor
from snowflake.connector.errors import Error

from listrak.connection_fields import ConnectionFields
from listrak.errors import QuestionError, WarehouseUnavailableError
from listrak.warehouse.dialect import written_for
from listrak.warehouse.snowflake_connection import SnowflakeConnection, snowflake_connection
from listrak.warehouse.snowflake_errors import (
    IN_DOUBT,
    connecting_error,
    is_lost,
    own_words,
    snowflake_error,
)
from listrak.warehouse.snowflake_files import (
    copy_rows,
    empty,
    parquet,
    plain,
    put_file,
    remove_file,
)
from listrak.warehouse.snowflake_login import login_of
from listrak.warehouse.snowflake_questions import only_question
from listrak.warehouse.statements import SCHEMA, lent_names
from listrak.warehouse.tables import create_tables, has_schema
from listrak.warehouse.warehouse import Parameter

ENGINE = "snowflake"
# What makes temporary tables; a test sees to it that no other statement does.
ROOMS = (
    "diff/create_differences",
    "retention/create_joined_versions",
    "snapshot/create_latest_subscriptions",
)
CHANGING = ("INSERT", "UPDATE", "DELETE", "MERGE")


@dataclass(frozen=True)
class SnowflakeTransaction:
    """A transaction in an open session; see `Transaction`."""

    session: Session
    where: str
    _lent: set[str] = field(default_factory=set)

    def execute(self, name: str, /, **parameters: Parameter) -> int:
        """Run the statement `name` and return the number of rows it changed."""
        if name in ROOMS:
            return 0  # made before the transaction began
        written = written_for(ENGINE, name)
        with self._run(written.text, written.values(parameters)) as cursor:
            is_change = written.text.startswith(CHANGING)
            return int(cursor.rowcount or 0) if is_change else 0

    def fetch(self, name: str, /, **parameters: Parameter) -> pa.Table:
        """Run the query `name` and return all its rows."""
        written = written_for(ENGINE, name)
        return self.answer(written.text, written.values(parameters))

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows to `listrak.<table>` by column name."""
        self._copy(f"{SCHEMA}.{table}", rows)

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let later statements of this transaction read `rows` as `name`."""
        if name in self._lent:
            self.run(empty(name))
        self._lent.add(name)
        self._copy(name, rows)

    def answer(self, text: str, parameters: Sequence[Parameter] = ()) -> pa.Table:
        """Run a query and return all its rows."""
        with self._run(text, parameters) as cursor:
            rows: pa.Table = cursor.fetch_arrow_all(
                force_return_table=True, force_microsecond_precision=True
            )
            return plain(rows)

    def run(self, text: str) -> None:
        """Run a statement of Snowflake alone."""
        with self._run(text):
            pass

    def find_tables_first(self) -> None:
        """Let statements name the tables of the schema without it."""
        self.run(written_for(ENGINE, f"{ENGINE}/find_tables_first").text)

    def make_rooms(self) -> None:
        """Make the temporary tables; it commits what was before."""
        self.find_tables_first()
        for name in (*ROOMS, *lent_names()):
            self.run(written_for(ENGINE, name).text)

    def _run(self, text: str, parameters: Sequence[Parameter] = ()) -> SnowflakeCursor:
        cursor = self.session.cursor()
        cursor.execute(text, list(parameters) or None)
        return cursor

    def _copy(self, target: str, rows: pa.Table) -> None:
        if rows.num_rows == 0:
            return
        folder = str(uuid4())
        try:
            with self.session.cursor() as cursor:
                cursor.execute(put_file(folder), file_stream=parquet(rows))
            with self._run(copy_rows(target, rows.schema, folder)) as cursor:
                copied = sum(int(file[3]) for file in cursor.fetchall() if len(file) > 3)  # noqa: PLR2004 (rows_loaded)
        except Error:
            with suppress(Error):  # what went wrong says more
                self.run(remove_file(folder))
            raise
        if copied != rows.num_rows:
            raise WarehouseUnavailableError(
                f"{self.where} took {copied:,} of {rows.num_rows:,} rows of a file. Nothing of "
                "this step was kept. The task tries again."
            )


@dataclass(frozen=True)
class SnowflakeDatabase:
    """A warehouse in a Snowflake database, its schema `listrak` made on first use."""

    settings: SnowflakeConnection

    engine: str = field(default=ENGINE, init=False)

    @property
    def place(self) -> str:
        """Return which database of which account it is."""
        return self.settings.place

    @contextmanager
    def transaction(self) -> Iterator[SnowflakeTransaction]:
        """Log in, begin, and commit at the end; see `Warehouse.transaction`."""
        with self._logged_in() as transaction:
            with self._errors_translated():
                create_tables(transaction, self.engine, self.place)
                transaction.make_rooms()
                transaction.execute("warehouse/take_turn")
                yield transaction
            self._commit(transaction.session)

    def ask(self, text: str, parameters: Sequence[Parameter] = ()) -> pa.Table:
        """Answer a person's question, if it is one that only reads; see `Door.ask`."""
        question, values = only_question(text, parameters)
        with self._logged_in() as transaction:
            with self._errors_translated():
                if not has_schema(transaction):
                    raise QuestionError(
                        f"{self.place} has no schema `listrak`, or it does not exist for that "
                        "role: no run has written it yet. Start scripts/run first."
                    )
                transaction.find_tables_first()
            try:
                return transaction.answer(question, values)
            except Error as error:
                if is_lost(error):
                    raise self._translated(error) from None
                raise QuestionError(own_words(error)) from None

    def give_back_space(self) -> None:
        """Do nothing: Snowflake gives room back by itself, after the days of its Time Travel."""

    @property
    def _where(self) -> str:
        return f"Connection `{self.settings.conn_id}`: the warehouse in {self.place}"

    @contextmanager
    def _logged_in(self) -> Iterator[SnowflakeTransaction]:
        try:
            session = connect(**login_of(self.settings))
        except Error as error:
            raise connecting_error(error, self._where) from None
        try:
            yield SnowflakeTransaction(session, self._where)
        except BaseException:
            with suppress(Error):  # an ended session is rolled back by itself
                session.rollback()
            raise
        finally:
            with suppress(Error):
                session.close()

    @contextmanager
    def _errors_translated(self) -> Iterator[None]:
        try:
            yield
        except Error as error:
            # Not chained: Snowflake's own text may quote a row.
            raise self._translated(error) from None

    def _commit(self, session: Session) -> None:
        try:
            session.commit()
        except Error as error:
            kept = {"kept": IN_DOUBT} if is_lost(error) else {}
            raise self._translated(error, **kept) from None

    def _translated(self, error: Error, **kept: str) -> Exception:
        return snowflake_error(error, self._where, self.settings.lock_timeout, **kept)


def open_door(fields: ConnectionFields, _project: Path) -> SnowflakeDatabase:
    """Return the warehouse of a connection of type `snowflake`."""
    # The client logs every statement, a person's with what stands in it.
    logging.getLogger("snowflake.connector").setLevel(logging.WARNING)
    return SnowflakeDatabase(snowflake_connection(fields))
