"""The warehouses of the sources under test: DuckDB files, and databases of a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb

from listrak.warehouse.tables import ddl
from tests.unit import administrator
from tests.unit.postgres_cluster import GUARDED, GUARDED_PASSWORD, PostgresCluster

Rows = list[tuple[Any, ...]]


class SourceWarehouse(Protocol):
    """A warehouse as Airflow is told of it, and as a test looks into it."""

    @property
    def connection(self) -> Mapping[str, object]:
        """Return the fields of its Airflow connection."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return what must not be written down anywhere."""

    def exists(self) -> bool:
        """Whether a run has made its tables."""

    def query(self, sql: str) -> Rows:
        """Return the rows of a query on the tables of schema `listrak`."""


@dataclass(frozen=True)
class File:
    """A DuckDB file."""

    path: Path
    secrets: tuple[str, ...] = ()

    @property
    def connection(self) -> Mapping[str, object]:
        return {"conn_type": "duckdb", "host": str(self.path)}

    def exists(self) -> bool:
        return self.path.exists()

    def query(self, sql: str) -> Rows:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            connection.execute("set search_path = 'listrak'")
            return connection.execute(sql).fetchall()


@dataclass(frozen=True)
class Database:
    """A PostgreSQL database; several sources may share one. Its owner's password is an odd one."""

    cluster: PostgresCluster
    name: str
    secrets: tuple[str, ...] = (GUARDED_PASSWORD, json.dumps(GUARDED_PASSWORD)[1:-1])

    def create(self) -> None:
        """Make it, unless another source shares it."""
        if not self.cluster.run(f"select 1 from pg_database where datname = '{self.name}'"):
            self.cluster.run(f"create database {self.name} owner {GUARDED}")

    @property
    def connection(self) -> Mapping[str, object]:
        return self._connection(GUARDED, GUARDED_PASSWORD)

    def exists(self) -> bool:
        has_tables = "select 1 from pg_tables where schemaname = 'listrak'"
        return bool(self.cluster.run(has_tables, database=self.name))

    def query(self, sql: str) -> Rows:
        return self.cluster.run(sql, schema="listrak", database=self.name)

    def _connection(self, login: str, password: str) -> Mapping[str, object]:
        return {
            "conn_type": "postgres",
            "host": self.cluster.connection().host,
            "schema": self.name,
            "login": login,
            "password": password,
        }


@dataclass(frozen=True)
class GrantedDatabase(Database):
    """One whose tables an administrator made; the tasks' login has the README's rights only."""

    name: str = administrator.DATABASE
    secrets: tuple[str, ...] = (administrator.PASSWORD,)

    def create(self) -> None:
        self.cluster.run(f"create database {self.name}")
        self.cluster.run(f"revoke all on database {self.name} from public")
        administrator.by_psql(self.cluster, self.name, "\n\n".join(ddl("postgres")))
        administrator.by_psql(self.cluster, self.name, administrator.readme_grants())

    @property
    def connection(self) -> Mapping[str, object]:
        return self._connection(administrator.LOGIN, administrator.PASSWORD)
