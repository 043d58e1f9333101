"""A real DuckDB file, and contacts to put into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from listrak.warehouse.duckdb_file import DuckDBFile

Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def warehouse(tmp_path: Path) -> DuckDBFile:
    # Named like the schema on purpose: DuckDB would otherwise take one for the other.
    return DuckDBFile("warehouse_default", tmp_path / "listrak.duckdb", lock_timeout=0.3)


@pytest.fixture
def query(warehouse: DuckDBFile) -> Query:
    def run(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(":memory:") as connection:
            connection.execute(f"attach '{warehouse.path}' as w (read_only)")
            connection.execute("use w.listrak")
            return connection.execute(sql).fetchall()

    return run


def contacts(subscribed: Mapping[str, str | None], at: datetime = datetime(2025, 6, 1)) -> pa.Table:
    """Return contacts with their user ids as a read yields them."""
    return pa.table(
        {
            "email": pa.array(list(subscribed), pa.string()),
            "user_id": pa.array(list(subscribed.values()), pa.string()),
            "subscribed_at": pa.array([at] * len(subscribed), pa.timestamp("us")),
            "state": pa.array(["subscribed"] * len(subscribed), pa.string()),
        }
    )
