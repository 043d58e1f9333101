"""What a transaction in BigQuery does, and what can be done only outside of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
from google.api_core.exceptions import NotFound

from listrak.warehouse.bigquery_rows import ROWS, append_rows, create_rows, drop_rows, pieces
from listrak.warehouse.bigquery_statements import Statements, typed
from listrak.warehouse.statements import SCHEMA
from listrak.warehouse.warehouse import Parameter


@dataclass(frozen=True)
class BigQueryTransaction(Statements):
    """A transaction in a session; see `Transaction`."""

    lent: set[str] = field(default_factory=set)

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows to `listrak.<table>` by column name."""
        for piece in pieces(rows):
            self.run_text(append_rows(f"{SCHEMA}.{table}", rows.schema), [typed(ROWS, piece)])

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let later statements of this transaction read `rows` as `name`."""
        if name in self.lent:
            self.run_text(drop_rows(name))
        first, *others = pieces(rows)
        self.run_text(create_rows(name, rows.schema), [typed(ROWS, first)])
        self.lent.add(name)
        for piece in others:
            self.run_text(append_rows(name, rows.schema), [typed(ROWS, piece)])


class Outside(BigQueryTransaction):
    """No transaction: each statement by itself. What there is, the service is asked, not a view."""

    def fetch(self, name: str, /, **parameters: Parameter) -> pa.Table:
        """Run a query; the two about what there is would need the dataset, or its region's name."""
        if name == "warehouse/has_schema":
            return pa.table({"has_schema": [_is_there(self.client.get_dataset, SCHEMA)]})
        if name == "warehouse/has_tables":
            version = f"{self.client.project}.{SCHEMA}.schema_version"
            return pa.table({"has_tables": [_is_there(self.client.get_table, version)]})
        return super().fetch(name, **parameters)


def _is_there(look: Callable[[str], object], what: str) -> bool:
    try:
        look(what)
    except NotFound:
        return False
    return True
