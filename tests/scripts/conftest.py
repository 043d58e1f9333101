"""Small warehouses for scripts/sql: a DuckDB file and a PostgreSQL database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from tests.scripts.asking import ROWS
from tests.unit.postgres_cluster import PostgresCluster


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "listrak.duckdb"  # the schema's name too: DuckDB must not mix them up
    with duckdb.connect(str(path)) as session:
        session.execute("create schema listrak.listrak")
        session.execute(
            f"create table listrak.listrak.snapshots as select range as list_id from range({ROWS})"
        )
    fields = {"conn_type": "duckdb", "host": str(path)}
    monkeypatch.setenv("AIRFLOW_CONN_SMALL", json.dumps(fields))
    return path


@pytest.fixture
def database(cluster: PostgresCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    cluster.run("drop schema if exists listrak cascade; create schema listrak")
    cluster.run(
        "create table listrak.snapshots as "
        f"select * from generate_series(0::bigint, {ROWS - 1}) as list_id"
    )
    host = quote(cluster.connection().host, safe="")
    monkeypatch.setenv("AIRFLOW_CONN_SMALL", f"postgres://postgres@{host}/postgres")
    yield cluster.connection().place
    cluster.run("drop schema listrak cascade")


@pytest.fixture(params=["file", "database"])
def small(request: pytest.FixtureRequest) -> str:
    """Each warehouse in turn, as connection `small`; where it is."""
    return str(request.getfixturevalue(request.param))
