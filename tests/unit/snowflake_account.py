"""A Snowflake for the tests: fakesnow in its own process, or a real account where one is named.

`LISTRAK_TEST_SNOWFLAKE` is an Airflow connection, as JSON or a URI, to a database to throw away:
its schema `listrak` is dropped before every test.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import tenacity
from airflow.models.connection import Connection
from snowflake.connector import connect

from listrak.warehouse.snowflake import SnowflakeDatabase
from listrak.warehouse.snowflake_connection import SnowflakeConnection, snowflake_connection
from listrak.warehouse.snowflake_login import login_of
from local.ports import free_port
from tests.conftest import ROOT

VARIABLE = "LISTRAK_TEST_SNOWFLAKE"
USUAL_PORT = 18084


@dataclass(frozen=True)
class SnowflakeAccount:
    """`settings`: how to log in; `is_real`: it is no stand-in."""

    settings: SnowflakeConnection
    is_real: bool = False

    def door(self, **fields: Any) -> SnowflakeDatabase:
        return SnowflakeDatabase(replace(self.settings, **fields))

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement as another program would, and return its rows."""
        with closing(connect(**login_of(self.settings))) as session:
            if self._has_schema(session):
                session.cursor().execute("use schema listrak")
            cursor = session.cursor()
            cursor.execute(sql)
            rows = cursor.fetchall()
            session.commit()
            return [tuple(row) for row in rows]

    def change(self, sql: str) -> None:
        """Run statements that have no rows to return."""
        for each in filter(str.strip, sql.split(";")):
            self.run(each)

    def fresh(self) -> SnowflakeAccount:
        """Return it with an empty database."""
        if not self.is_real:
            name = f"db_{uuid4().hex}"
            return replace(self, settings=replace(self.settings, database=name))
        self.run("drop schema if exists listrak cascade")
        return self

    @staticmethod
    def _has_schema(session: Any) -> bool:
        schemas = "select 1 from information_schema.schemata where schema_name = 'LISTRAK'"
        return bool(session.cursor().execute(schemas).fetchall())


def named_account() -> SnowflakeAccount:
    """Return the real account that the environment names."""
    text = os.environ[VARIABLE]
    is_json = text.lstrip().startswith("{")
    fields = Connection.from_json(text) if is_json else Connection(uri=text)
    fields.conn_id = "warehouse_default"
    return SnowflakeAccount(snowflake_connection(fields), is_real=True)


@contextmanager
def running_stand_in() -> Iterator[SnowflakeAccount]:
    """Start fakesnow on a free port of this machine, and stop it at the end."""
    port = free_port(USUAL_PORT)
    server = [sys.executable, "-W", "ignore", "-m", "tests.unit.snowflake_stand_in", str(port)]
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
