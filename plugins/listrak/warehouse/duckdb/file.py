"""The embedded warehouse: a DuckDB file that several task processes share.

DuckDB lets one process at a time write a file. So a transaction opens the file, waits for its turn
if need be, and closes it at its end; nothing slow (no network) belongs inside one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
import tenacity

from listrak.connection_fields import ConnectionFields
from listrak.errors import QuestionError, WarehouseUnavailableError
from listrak.warehouse.dialect import insertion
from listrak.warehouse.duckdb.connection import duckdb_connection
from listrak.warehouse.duckdb.errors import holding_process, is_locked, warehouse_error
from listrak.warehouse.duckdb.questions import check_question
from listrak.warehouse.questions import check_text
from listrak.warehouse.session import translated
from listrak.warehouse.statements import statement
from listrak.warehouse.tables import create_tables
from listrak.warehouse.warehouse import Parameter

log = logging.getLogger(__name__)

# Another program's file must not make DuckDB look for an extension on the network.
CONFIG = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
ENGINE = "duckdb"
SECONDS_BETWEEN_TRIES = (0.02, 0.25)
TRIES_BETWEEN_LOG_LINES = 40


@dataclass(frozen=True)
class DuckDBTransaction:
    """A transaction on an open connection; see `Transaction`."""

    connection: duckdb.DuckDBPyConnection

    def execute(self, name: str, /, **parameters: Parameter) -> int:
        """Run the statement `name` and return the number of rows it changed."""
        rows = self.connection.execute(statement(name), parameters).fetchall()
        return int(rows[0][0]) if rows else 0

    def fetch(self, name: str, /, **parameters: Parameter) -> pa.Table:
        """Run the query `name` and return all its rows."""
        rows: pa.Table = self.connection.sql(statement(name), params=parameters).to_arrow_table()
        return rows

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows to `listrak.<table>` by column name."""
        self.lend("rows_to_insert", rows)
        copied = insertion(ENGINE, table, rows.column_names, "rows_to_insert")
        self.connection.execute(copied).fetchall()

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let later statements of this transaction read `rows` as `name`."""
        self.connection.register(name, rows)


@dataclass(frozen=True)
class DuckDBFile:
    """A warehouse in a DuckDB file, made on first use.

    `lock_timeout`: seconds to wait for another process to close the file. `memory_limit`: DuckDB's
    own, per task process; above it DuckDB spills to `<file>.tmp`.
    """

    conn_id: str
    path: Path
    memory_limit: str = "256MB"
    lock_timeout: float = 300.0
    engine: str = field(default=ENGINE, init=False)

    @property
    def place(self) -> str:
        """Return the file's path."""
        return str(self.path)

    @contextmanager
    def transaction(self) -> Iterator[DuckDBTransaction]:
        """Open the file, begin, and commit at the end; see `Warehouse.transaction`."""
        with self._errors_translated(), self._open() as connection:
            transaction = DuckDBTransaction(connection)
            transaction.execute("duckdb/begin")
            create_tables(transaction, self.engine, self.place)
            yield transaction
            transaction.execute("duckdb/commit")

    def ask(self, text: str, parameters: Sequence[Parameter] = ()) -> pa.Table:
        """Answer a person's question from the file, opened read-only; see `Door.ask`."""
        check_text(text, parameters)
        if not self.path.exists():
            raise QuestionError(
                f"{self.path} does not exist yet: no run has written it. Start scripts/run first."
            )
        with self._errors_translated(), self._open(read_only=True) as connection:
            try:
                self._show_utc(connection)
                connection.execute(statement("duckdb/keep_to_the_file"))
                check_question(connection, text)
                answer = connection.sql(text, params=list(parameters))
                # Not by its truth: an answer without rows is false.
                rows: pa.Table = pa.table({}) if answer is None else answer.to_arrow_table()
            except duckdb.Error as error:
                raise QuestionError(" ".join(str(error).split())) from None
        return rows

    def give_back_space(self) -> None:
        """Write down what was deleted: its room is used again, and given back at the file's end."""
        with self._errors_translated(), self._open() as connection:
            connection.execute(statement("duckdb/give_back_space"))

    def _errors_translated(self) -> AbstractContextManager[None]:
        error = partial(warehouse_error, conn_id=self.conn_id, path=self.path)
        return translated((duckdb.Error,), error)

    def _show_utc(self, connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(statement("duckdb/show_utc"))
        if connection.execute(statement("warehouse/has_schema")).fetchall() == [(True,)]:
            connection.execute(statement("duckdb/find_tables_first"))

    @contextmanager
    def _open(self, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = duckdb.connect(
            ":memory:", config={"memory_limit": self.memory_limit, **CONFIG}
        )
        try:
            self._attach(connection, read_only=read_only)
            yield connection
        finally:
            connection.close()

    def _attach(self, connection: duckdb.DuckDBPyConnection, *, read_only: bool) -> None:
        """Attach under a fixed name: a file listrak.duckdb would hide the schema `listrak`."""
        attach = statement("duckdb/attach_to_read" if read_only else "duckdb/attach")
        for attempt in self._tries():
            with attempt:
                connection.execute(attach, {"path": str(self.path)})
        connection.execute(statement("duckdb/look_into_the_file"))
        connection.execute(statement("duckdb/spill_beside_the_file"), {"path": f"{self.path}.tmp"})

    def _tries(self) -> tenacity.Retrying:
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(is_locked),
            wait=tenacity.wait_random(*SECONDS_BETWEEN_TRIES),
            stop=tenacity.stop_after_delay(self.lock_timeout),
            before_sleep=self._say_waiting,
            retry_error_callback=self._give_up,
        )

    def _say_waiting(self, state: tenacity.RetryCallState) -> None:
        if state.attempt_number % TRIES_BETWEEN_LOG_LINES == 1:
            log.info(
                "Waiting for the warehouse %s: another process has it open (%.0f s so far)",
                self.path,
                state.seconds_since_start or 0,
            )

    def _give_up(self, state: tenacity.RetryCallState) -> None:
        holder = str(state.outcome.exception()) if state.outcome else ""
        raise WarehouseUnavailableError(
            f"Connection `{self.conn_id}`: the warehouse {self.path} was still open in another "
            f"process after {self.lock_timeout:.0f} s{holding_process(holder)}. Nothing was "
            "changed. Close that program (a DuckDB prompt keeps the file locked), or try again "
            "when the run is done; a task tries again by itself."
        )


def open_door(fields: ConnectionFields, project: Path) -> DuckDBFile:
    """Return the warehouse of a connection of type `duckdb`."""
    settings = duckdb_connection(fields, project)
    return DuckDBFile(settings.conn_id, settings.path, settings.memory_limit, settings.lock_timeout)
