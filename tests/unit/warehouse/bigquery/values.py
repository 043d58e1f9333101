"""DuckDB's types and values as BigQuery's REST interface has them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

TYPES = {
    "BIGINT": "INTEGER", "INTEGER": "INTEGER", "HUGEINT": "INTEGER", "UBIGINT": "INTEGER",
    "DOUBLE": "FLOAT", "FLOAT": "FLOAT", "BOOLEAN": "BOOLEAN", "VARCHAR": "STRING",
    "JSON": "STRING", '"NULL"': "STRING", "TIMESTAMP": "DATETIME", "DATE": "DATE",
}  # fmt: skip


def type_of(duckdb_type: str) -> str:
    return "NUMERIC" if duckdb_type.startswith("DECIMAL") else TYPES[duckdb_type]


def in_json(value: Any) -> str | None:
    """A value as the REST API writes it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime) else str(value)


def page_of(rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [{"f": [{"v": in_json(value)} for value in row]} for row in rows]
