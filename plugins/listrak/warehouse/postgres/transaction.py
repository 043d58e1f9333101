"""What a transaction in PostgreSQL does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
from adbc_driver_manager.dbapi import Connection

from listrak.errors import WarehouseRefusedError
from listrak.warehouse.dialect import written_for
from listrak.warehouse.statements import SCHEMA
from listrak.warehouse.warehouse import Parameter

ENGINE = "postgres"
# The tables that grow with the lists.
ANALYZED = ("trait_changes", "identify_calls", "contact_versions", "staged_contacts")
# Those of a transaction that whole partitions are joined with, by how few rows there are.
ANALYZED_AT_ONCE = ("pruned_snapshots", "joined_versions")
# With an index the planner joins row by row what it takes for a few rows: find_pending_calls took
# 93 s for 900 calls that it knew nothing of.
MANY_ROWS = 100
# The stages whose statements join a list with itself, or with its head.
OF_WHOLE_LISTS = ("snapshot/", "diff/")
JOINING = "join_whole_lists"


@dataclass(frozen=True)
class News:
    """How many rows of each table a transaction changed, and of how many the planner was told.

    `settings`: the statements by which it was told, once, how to plan.
    """

    changed: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    settings: set[str] = field(default_factory=set)

    def note(self, table: str, rows: int) -> bool:
        """Count the rows; return whether they are many, and twice as many as when last told."""
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
        self._plan_for(name)
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
        self._plan_for(name)
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

    def _plan_for(self, name: str) -> None:
        if name.startswith(OF_WHOLE_LISTS) and JOINING not in self._news.settings:
            self._news.settings.add(JOINING)
            self.run(JOINING)

    def _tell_planner(self, table: str | None, rows: int) -> None:
        if table in ANALYZED_AT_ONCE or (table in ANALYZED and self._news.note(table, rows)):
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
