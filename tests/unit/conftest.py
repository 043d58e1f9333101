"""Real warehouses, a DuckDB file and a PostgreSQL database, and contacts to put into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.postgres.server import PostgresServer
from listrak.warehouse.warehouse import Warehouse
from tests.unit.postgres_cluster import PostgresCluster

Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def duckdb_file(tmp_path: Path) -> DuckDBFile:
    # Named like the schema on purpose: DuckDB would otherwise take one for the other.
    return DuckDBFile("warehouse_default", tmp_path / "listrak.duckdb", lock_timeout=0.3)


@pytest.fixture
def postgres_server(cluster: PostgresCluster) -> PostgresServer:
    cluster.run("drop schema if exists listrak cascade")
    return cluster.door()


@pytest.fixture(params=["duckdb_file", "postgres_server"])
def warehouse(request: pytest.FixtureRequest) -> Warehouse:
    """Each warehouse in turn: what holds of one holds of the other."""
    found: Warehouse = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def query(request: pytest.FixtureRequest) -> Query:
    """Look into the warehouse of the test, whichever it is."""
    if _is_on_postgres(request):
        cluster: PostgresCluster = request.getfixturevalue("cluster")
        return lambda sql: cluster.run(sql, schema="listrak")
    file: DuckDBFile = request.getfixturevalue("duckdb_file")
    return lambda sql: ask_file(file.path, sql)


@pytest.fixture
def tamper(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Change the warehouse of the test as another program would."""
    if _is_on_postgres(request):
        cluster: PostgresCluster = request.getfixturevalue("cluster")
        return cluster.change
    file: DuckDBFile = request.getfixturevalue("duckdb_file")
    return lambda sql: change_file(file.path, sql)


def _is_on_postgres(request: pytest.FixtureRequest) -> bool:
    names = request.fixturenames
    if "warehouse" in names:
        return isinstance(request.getfixturevalue("warehouse"), PostgresServer)
    return "postgres_server" in names


def ask_file(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{path}' as w (read_only)")
        connection.execute("use w.listrak")
        return connection.execute(sql).fetchall()


def change_file(path: Path, sql: str) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{path}' as w")
        connection.execute("use w")
        connection.execute(sql)


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
