"""The known history, on every engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.warehouse import Door
from tests.unit.conftest import change_file
from tests.unit.inspect.history import live
from tests.unit.postgres_cluster import PostgresCluster


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """A warehouse with all of the history, in which the snapshot of day 0.25 was pruned."""
    pruned = (
        "insert into listrak.snapshots values ('src', 1, '2026-01-01 06:00', 'observed', 'pruned', "
        "2, 1, 1, 0, '2026-01-01', 'run-pruned', '2026-01-01 06:00', 'T_1')"
    )
    door: Door
    if request.param == "duckdb":
        path = tmp_path_factory.mktemp("lived") / "listrak.duckdb"
        door = DuckDBFile("warehouse_default", path)
        live(door)
        change_file(path, pruned)
    else:
        cluster: PostgresCluster = request.getfixturevalue("cluster")
        cluster.run("drop schema if exists listrak cascade")
        door = cluster.door(lock_timeout=30)
        live(door)
        cluster.run(pruned)
    yield door
    if request.param == "postgres":
        cluster.run("drop schema listrak cascade")
