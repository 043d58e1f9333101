"""What a transaction in Snowflake does: without DDL, which would commit it half done."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

import pyarrow as pa
from snowflake.connector.connection import SnowflakeConnection as Session
from snowflake.connector.errors import Error, NotSupportedError

from listrak.errors import WarehouseUnavailableError
from listrak.warehouse.dialect import written_for
from listrak.warehouse.error_texts import NOTHING_KEPT
from listrak.warehouse.snowflake.files import (
    copy_rows,
    empty,
    end_turn,
    mark_turn,
    parquet,
    plain,
    put_file,
    remove_file,
    remove_files,
    with_text,
)
from listrak.warehouse.statements import SCHEMA
from listrak.warehouse.warehouse import Parameter

ENGINE = "snowflake"
# What makes a temporary table elsewhere, and the room that is there for it, empty.
ROOMS = {
    "diff/create_differences": "differences",
    "retention/create_joined_versions": "joined_versions",
    "snapshot/create_latest_subscriptions": "latest_subscriptions",
}
CHANGING = ("INSERT", "UPDATE", "DELETE", "MERGE")
ROWS_LOADED = 3  # its place in what `copy into` says of each file


@dataclass(frozen=True)
class SnowflakeTransaction:
    """A transaction in an open session; see `Transaction`.

    Snowflake ends one that idles for 5 minutes while another waits, or that an administrator
    aborts, and begins another with the next statement: what comes would be kept without what was.
    So the first thing in it is a mark, and at the end it is looked for.
    """

    session: Session
    where: str
    _used: set[str] = field(default_factory=set)
    _folders: list[str] = field(default_factory=list)
    _mark: str = field(default_factory=lambda: str(uuid4()))

    def execute(self, name: str, /, **parameters: Parameter) -> int:
        """Run the statement `name` and return the number of rows it changed."""
        if name in ROOMS:
            self._used.add(ROOMS[name])
            return 0
        written = written_for(ENGINE, name)
        rows = self._run(written.text, written.values(parameters))
        return rows if written.text.startswith(CHANGING) else 0

    def fetch(self, name: str, /, **parameters: Parameter) -> pa.Table:
        """Run the query `name` and return all its rows."""
        written = written_for(ENGINE, name)
        return self.answer(written.text, written.values(parameters))

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows to `listrak.<table>` by column name."""
        if rows.num_rows == 0:
            return
        folder = str(uuid4())
        self._folders.append(folder)
        try:
            self._put(folder, rows)
            copied = self._copy(table, rows.schema, folder)
        except Error:
            with suppress(Error):  # what went wrong says more
                self._run(remove_file(folder))
            raise
        if copied != rows.num_rows:
            raise WarehouseUnavailableError(
                f"{self.where} took {copied:,} of {rows.num_rows:,} rows of a file. {NOTHING_KEPT} "
                "A task tries again by itself."
            )

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let later statements of this transaction read `rows` as `name`."""
        if name in self._used:
            self._run(empty(name))
        self._used.add(name)
        self.insert(name, rows)

    def answer(self, text: str, parameters: Sequence[Parameter] = ()) -> pa.Table:
        """Run a query and return all its rows."""
        with self.session.cursor() as cursor:
            cursor.execute(text, list(parameters) or None)
            try:
                rows: pa.Table = cursor.fetch_arrow_all(
                    force_return_table=True, force_microsecond_precision=True
                )
            except NotSupportedError:  # what `show` and `describe` answer is no Arrow
                names = [each.name for each in cursor.description]
                return with_text(names, cursor.fetchall())
            return plain(rows)

    def find_tables_first(self) -> None:
        """Let statements name the tables of the schema without it."""
        self._run(written_for(ENGINE, f"{ENGINE}/find_tables_first").text)

    def begin(self) -> None:
        """Wait for the turn to write, and mark it."""
        self.find_tables_first()
        self.execute("warehouse/take_turn")
        self._run(mark_turn(self._mark))

    def end(self) -> None:
        """Leave the rooms and the stage empty.

        Raises WarehouseUnavailableError unless it is still the transaction that took the turn.
        """
        for name in sorted(self._used):
            self._run(empty(name))
        if self._run(end_turn(self._mark)) != 1:
            raise WarehouseUnavailableError(
                f"{self.where} ended the step half way: it idled for 5 minutes while another task "
                f"waited, or was aborted by hand. {NOTHING_KEPT} A task tries again by itself."
            )
        if self._folders:
            self._run(remove_files())

    def _run(self, text: str, parameters: Sequence[Parameter] = ()) -> int:
        with self.session.cursor() as cursor:
            cursor.execute(text, list(parameters) or None)
            return int(cursor.rowcount or 0)

    def _put(self, folder: str, rows: pa.Table) -> None:
        with self.session.cursor() as cursor:
            cursor.execute(put_file(folder), file_stream=parquet(rows))

    def _copy(self, table: str, schema: pa.Schema, folder: str) -> int:
        with self.session.cursor() as cursor:
            cursor.execute(copy_rows(f"{SCHEMA}.{table}", schema, folder))
            files = cursor.fetchall()
        return sum(int(file[ROWS_LOADED]) for file in files if len(file) > ROWS_LOADED)
