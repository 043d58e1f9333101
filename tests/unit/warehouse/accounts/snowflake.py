"""A Snowflake to test on: fakesnow in its own process, or a real account."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import tenacity
from snowflake.connector import connect

from listrak.connection_fields import ConnectionFields
from listrak.warehouse.snowflake.connection import SnowflakeConnection, snowflake_connection
from listrak.warehouse.snowflake.database import SnowflakeDatabase
from listrak.warehouse.snowflake.login import login_of
from listrak.warehouse.tables import SCHEMA_VERSION
from local.ports import free_port
from tests.conftest import ROOT

USUAL_PORT = 18084
TABLES = (
    "select table_name from information_schema.tables "
    "where table_schema = 'LISTRAK' and table_type = 'BASE TABLE'"
)
HAS_SCHEMA = "select 1 from information_schema.schemata where schema_name = 'LISTRAK'"


@dataclass(frozen=True)
class SnowflakeAccount:
    """`settings`: how to log in; `is_real`: it is no stand-in."""

    settings: SnowflakeConnection
    is_real: bool = False

    def door(self, **fields: Any) -> SnowflakeDatabase:
        return SnowflakeDatabase(replace(self.settings, **fields))

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement as another program would, and return its rows."""
        return self._run_all([sql])

    def change(self, sql: str) -> None:
        """Run statements that have no rows to return, as they are written for other engines."""
        plain = sql.replace('collate "C"', "")  # text is compared by its bytes there anyway
        self._run_all([*filter(str.strip, plain.split(";"))])

    def _run_all(self, statements: Sequence[str]) -> list[tuple[Any, ...]]:
        with closing(connect(**login_of(self.settings))) as session:
            cursor = session.cursor()
            cursor.execute(HAS_SCHEMA)
            if cursor.fetchall():
                cursor.execute("use schema listrak")
            for sql in statements:
                cursor.execute(sql)
            rows = [tuple(row) for row in cursor.fetchall()]
            session.commit()
            return rows

    def fresh(self) -> SnowflakeAccount:
        """Return it with no schema `listrak` in its database."""
        if not self.is_real:
            name = f"db_{uuid4().hex}"
            return replace(self, settings=replace(self.settings, database=name))
        self.run("drop schema if exists listrak cascade")
        return self

    def emptied(self) -> SnowflakeAccount:
        """Return it with tables that are as on the first day, where there are any."""
        tables = [name for (name,) in self.run(TABLES)]
        deletions = [f"delete from {name}" for name in tables if name != "SCHEMA_VERSION"]
        newer = f"delete from schema_version where version > {SCHEMA_VERSION}"
        self._run_all([*deletions, newer] if tables else [])
        return self


def named_account(fields: ConnectionFields) -> SnowflakeAccount:
    """Return a real account: a connection to a database to throw away."""
    return SnowflakeAccount(snowflake_connection(fields), is_real=True)


@contextmanager
def running_stand_in() -> Iterator[SnowflakeAccount]:
    """Start fakesnow on a free port of this machine, and stop it at the end."""
    port = free_port(USUAL_PORT)
    server = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.unit.warehouse.snowflake_stand_in",
        str(port),
    ]
    with subprocess.Popen(server, cwd=ROOT) as process:
        try:
            _wait_for(process, port)
            yield SnowflakeAccount(stand_in_settings(port))
        finally:
            process.terminate()


def stand_in_settings(port: int, **fields: Any) -> SnowflakeConnection:
    given = {"network_timeout": 5.0, "lock_timeout": 5.0, **fields}
    addresses: dict[str, str | int] = {"host": "127.0.0.1", "port": port, "protocol": "http"}
    return SnowflakeConnection(
        "warehouse_default",
        "stand_in",
        "snapshots",
        "loader",
        "s3cret",
        addresses=addresses,
        **given,
    )


@tenacity.retry(
    retry=tenacity.retry_if_exception_type(OSError),
    wait=tenacity.wait_fixed(0.1),
    stop=tenacity.stop_after_delay(60),
)
def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    assert process.poll() is None, "fakesnow ended"
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        pass
