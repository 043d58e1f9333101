"""What a transaction in Redshift does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from redshift_connector.error import Error, InterfaceError
from redshift_connector.pg_types import PGVarchar

from listrak.warehouse.dialect import written_for
from listrak.warehouse.redshift.errors import copying_error
from listrak.warehouse.redshift.rows import (
    ENGINE,
    append_rows,
    arrow_rows,
    copy_rows,
    create_rows,
    drop_rows,
    limit_waiting,
)
from listrak.warehouse.redshift.staging import Staging
from listrak.warehouse.statements import SCHEMA
from listrak.warehouse.warehouse import Parameter

ROWS = "rows_to_insert"


def typed(values: Sequence[Parameter]) -> list[Parameter]:
    """Return the values with text as varchar.

    The client says of text that its type is unknown, and Redshift cannot give out a value of no
    type as a column (https://github.com/aws/amazon-redshift-python-driver/issues/59).
    """
    return [PGVarchar(each) if isinstance(each, str) else each for each in values]


@dataclass(frozen=True)
class RedshiftTransaction:
    """A transaction on an open connection; see `Transaction`."""

    connection: Any  # redshift_connector.Connection, which has no types
    staging: Staging
    where: str
    lent: set[str] = field(default_factory=set)

    def execute(self, name: str, /, **parameters: Parameter) -> int:
        """Run the statement `name` and return the number of rows it changed."""
        written = written_for(ENGINE, name)
        cursor = self._ran(written.text, written.values(parameters))
        return max(int(cursor.rowcount), 0)  # -1 where there are none to count

    def fetch(self, name: str, /, **parameters: Parameter) -> pa.Table:
        """Run the query `name` and return all its rows."""
        written = written_for(ENGINE, name)
        return self.answer(written.text, written.values(parameters))

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows to `listrak.<table>` by column name; COPY itself goes by position."""
        self.lend(ROWS, rows)
        self._ran(append_rows(ROWS, f"{SCHEMA}.{table}", rows.column_names))

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let later statements of this transaction read `rows` as `name`."""
        if name in self.lent:
            self._ran(drop_rows(name))
        self._ran(create_rows(name, rows.schema))
        self.lent.add(name)
        if rows.num_rows:
            with self.staging.staged(rows, self.where) as uri:
                self._copy(name, uri)

    def _copy(self, name: str, uri: str) -> None:
        """Read the file at `uri` into the table `name` of this session."""
        try:
            self._ran(copy_rows(name, uri, self.staging.iam_role))
        except Error as error:
            raise copying_error(error, self.where, self.staging) from None

    def limit_waiting(self, seconds: float) -> None:
        """Let statements of this transaction take no longer, until `wait_no_more`."""
        self._ran(limit_waiting(seconds))

    def run(self, *names: str) -> None:
        """Run statements of Redshift alone, which are no queries."""
        for name in names:
            self.execute(f"{ENGINE}/{name}")

    def answer(self, text: str, parameters: Sequence[Parameter]) -> pa.Table:
        """Run a query and return all its rows."""
        cursor = self._ran(text, parameters)
        named = [(each[0], each[1]) for each in cursor.description or []]
        return arrow_rows(named, cursor.fetchall() if named else [])

    def _ran(self, text: str, parameters: Sequence[Parameter] = ()) -> Any:
        cursor = self.connection.cursor()
        cursor.paramstyle = "qmark"  # lets `$1` through to the server, which knows it
        try:
            cursor.execute(text, typed(parameters) or None)
        except OSError:  # the client lets the socket's own through
            raise InterfaceError("communication error") from None
        return cursor
