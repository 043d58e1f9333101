"""A PostgreSQL database for tests of very many transactions, emptied rather than made anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2

from listrak.warehouse.postgres.server import PostgresServer
from listrak.warehouse.postgres.transaction import PostgresTransaction
from tests.unit.memory_warehouse import Crashing
from tests.unit.postgres_cluster import PostgresCluster

KEPT = "schema_version"


@dataclass(kw_only=True)
class ServerWarehouse(Crashing):
    """Obeys the contract of a warehouse. `session`: another one, which looks into it."""

    door: PostgresServer
    session: Any

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        with self.door.transaction() as transaction:
            yield transaction
            self.count()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with self.session.cursor() as cursor:
            cursor.execute(sql)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def emptied(self) -> ServerWarehouse:
        """Return it as it is before anything happened."""
        self.crash_at = None
        tables = self.query("select tablename from pg_tables where schemaname = 'listrak'")
        names = [f"listrak.{name}" for (name,) in tables if name != KEPT]
        with self.session.cursor() as cursor:
            cursor.execute(f"truncate {', '.join(names)}")
        return self


@contextmanager
def server_warehouse(cluster: PostgresCluster) -> Iterator[ServerWarehouse]:
    door = cluster.door()
    with door.transaction():
        pass  # which makes the tables
    with closing(psycopg2.connect(door.conninfo)) as session:
        session.autocommit = True
        yield ServerWarehouse(door=door, session=session)
