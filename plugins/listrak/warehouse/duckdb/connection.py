"""A DuckDB warehouse's connection: a file. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from listrak.connection_fields import ConnectionFields, extra_of, given_extras, positive, wrong

KNOWN = ("memory_limit", "lock_timeout")
DEFAULT_PATH = "include/warehouse.duckdb"


@dataclass(frozen=True)
class DuckDBConnection:
    """Where the snapshots are kept. `path` is absolute; `lock_timeout` is in seconds."""

    conn_id: str
    path: Path
    memory_limit: str = "256MB"
    lock_timeout: float = 300.0


def duckdb_connection(fields: ConnectionFields, project: Path) -> DuckDBConnection:
    """Read the path from the host; a relative one starts at `project`.

    A URI may spread it over host and schema (`duckdb:///var/x.duckdb`). Raises
    ConnectionSettingsError naming the connection, the field and what is allowed.
    """
    extra = extra_of(fields)
    given_extras(fields, extra, KNOWN)
    path = "/".join(part for part in (fields.host or "", fields.schema or "") if part)
    if not fields.host and fields.schema:
        path = f"/{fields.schema.lstrip('/')}"
    if path.startswith((":memory:", "md:")):
        raise wrong(fields, "host", "is not a file", "the path of a DuckDB file")
    return DuckDBConnection(
        conn_id=fields.conn_id,
        path=project / _expanded(fields, path or DEFAULT_PATH),
        memory_limit=_memory_limit(fields, extra),
        lock_timeout=positive(fields, extra, "lock_timeout", DuckDBConnection.lock_timeout),
    )


def _expanded(fields: ConnectionFields, path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise wrong(fields, "host", "is in the home of nobody here", "a path") from None


def _memory_limit(fields: ConnectionFields, extra: dict[str, Any]) -> str:
    limit = str(extra.get("memory_limit", DuckDBConnection.memory_limit))
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)? ?[KMGT]i?B", limit, re.IGNORECASE):
        raise wrong(fields, "extra `memory_limit`", "is not an amount", "such as 512MB")
    return limit
