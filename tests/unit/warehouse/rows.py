"""All that a warehouse holds, in a form that does not depend on its engine."""

from __future__ import annotations

from collections.abc import Iterable

from tests.unit.conftest import Query

# Not PostgreSQL's parts of a table: their rows are the table's.
TABLES = (
    "select table_name from information_schema.tables "
    "where table_schema = 'listrak' and table_name not like 'contact_versions_%'"
)
Rows = dict[str, list[str]]


def all_rows(query: Query, of: str = "true") -> Rows:
    """Return the rows of every table and view; where they are a source's, those for which `of`."""
    found = {}
    for (table,) in query(TABLES):
        condition = of if (table, "source") in _columns(query) else "true"
        found[table] = comparable(query(f"select * from listrak.{table} where {condition}"))
    return found


def _columns(query: Query) -> Iterable[tuple[str, str]]:
    sql = "select table_name, column_name from information_schema.columns"
    return {(table, column) for table, column in query(sql)}


def comparable(rows: Iterable[tuple[object, ...]]) -> list[str]:
    """In one order, whole numbers alike: 3, 3.0 and Decimal(3) are one."""
    return sorted(str([_plain(value) for value in row]) for row in rows)


def _plain(value: object) -> object:
    is_number = hasattr(value, "__float__") and not isinstance(value, bool)
    return round(float(value), 6) if is_number else value  # type: ignore[arg-type]
