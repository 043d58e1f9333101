"""What a transaction in BigQuery does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from google.api_core.exceptions import NotFound

from listrak.warehouse.bigquery.parameters import typed
from listrak.warehouse.bigquery.rows import ROWS, append_rows, create_rows, drop_rows, pieces
from listrak.warehouse.bigquery.statements import REQUEST_SECONDS, Statements, patience
from listrak.warehouse.statements import SCHEMA
from listrak.warehouse.warehouse import Parameter


@dataclass(frozen=True)
class BigQueryTransaction(Statements):
    """A transaction in a session; see `Transaction`. Without one each statement is by itself."""

    lent: set[str] = field(default_factory=set)

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows to `listrak.<table>` by column name."""
        if rows.num_rows:
            self._append(f"{SCHEMA}.{table}", rows.schema, *pieces(rows))

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let later statements of this transaction read `rows` as `name`."""
        if name in self.lent:
            self.run_text(drop_rows(name))
        first, *others = pieces(rows)
        self.run_text(create_rows(name, rows.schema), [typed(ROWS, first)])
        self.lent.add(name)
        self._append(name, rows.schema, *others)

    def _append(self, table: str, schema: pa.Schema, *rows: str) -> None:
        for piece in rows:
            self.run_text(append_rows(table, schema), [typed(ROWS, piece)])

    def fetch(self, name: str, /, **parameters: Parameter) -> pa.Table:
        """Run a query; of what there is, the service is asked: views of it need a region's name."""
        if name == "warehouse/has_schema":
            return pa.table({"has_schema": [_is_there(self.client.get_dataset, SCHEMA)]})
        if name == "warehouse/has_tables":
            return pa.table({"has_tables": [self.has_tables()]})
        return super().fetch(name, **parameters)

    def has_tables(self) -> bool:
        """Return whether a set-up has at least begun."""
        version = f"{self.client.project}.{SCHEMA}.schema_version"
        return _is_there(self.client.get_table, version)


def _is_there(look: Callable[..., Any], what: str) -> bool:
    try:
        look(what, retry=patience(), timeout=REQUEST_SECONDS)
    except NotFound:
        return False
    return True
