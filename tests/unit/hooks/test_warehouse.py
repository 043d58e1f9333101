from __future__ import annotations

import json
import sys

import pytest

from listrak.errors import ConnectionSettingsError
from listrak.hooks.warehouse import WarehouseHook
from listrak.settings import PROJECT
from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.engines import ENGINES, WarehouseFields, open_door
from listrak.warehouse.postgres.server import PostgresServer


def test_default_warehouse_needs_no_connection() -> None:
    assert WarehouseHook().get_conn() == DuckDBFile(
        "warehouse_default", PROJECT / "include" / "warehouse.duckdb"
    )


def test_connection_names_the_file_and_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {
        "conn_type": "duckdb",
        "host": "/var/w.duckdb",
        "extra": {"memory_limit": "1GB", "lock_timeout": 5},
    }
    monkeypatch.setenv("AIRFLOW_CONN_ELSEWHERE", json.dumps(fields))

    warehouse = WarehouseHook("elsewhere").get_conn()

    assert isinstance(warehouse, DuckDBFile)
    assert str(warehouse.path) == "/var/w.duckdb"
    assert (warehouse.memory_limit, warehouse.lock_timeout) == ("1GB", 5.0)


def test_other_missing_connection_says_how_to_make_it() -> None:
    with pytest.raises(
        ConnectionSettingsError, match=r"AIRFLOW_CONN_ELSEWHERE: type `duckdb`, .* or type"
    ):
        WarehouseHook("elsewhere").get_conn()


@pytest.mark.parametrize(
    "written",
    [
        "postgres://loader:s%3Fcret@db.example.com:6543/snapshots?sslmode=require&lock_timeout=9",
        "postgresql://loader:s%3Fcret@db.example.com:6543/snapshots?sslmode=require&lock_timeout=9",
        json.dumps(
            {
                "conn_type": "postgres",
                "login": "loader",
                "password": "s?cret",
                "host": "db.example.com",
                "port": 6543,
                "schema": "snapshots",
                "extra": {"sslmode": "require", "lock_timeout": 9},
            }
        ),
    ],
)
def test_postgres_connection_is_airflows_own(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_ELSEWHERE", written)

    warehouse = WarehouseHook("elsewhere").get_conn()

    assert isinstance(warehouse, PostgresServer)
    assert warehouse.place == "PostgreSQL database `snapshots` on db.example.com:6543"
    assert warehouse.lock_timeout == 9
    for part in ("dbname='snapshots'", "user='loader'", "password='s?cret'", "sslmode='require'"):
        assert part in warehouse.conninfo
    assert "s?cret" not in repr(warehouse)


@pytest.mark.parametrize(
    ("written", "module", "driver", "requirements"),
    [
        (
            "postgres://loader@db/snapshots",
            "postgres.server",
            "adbc_driver_postgresql.dbapi",
            "postgres",
        ),
        ("redshift://loader@db/snapshots", "redshift.cluster", "redshift_connector", "redshift"),
    ],
)
def test_driver_that_is_not_installed_is_named(
    written: str, module: str, driver: str, requirements: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_ELSEWHERE", written)
    monkeypatch.delitem(sys.modules, f"listrak.warehouse.{module}", raising=False)
    monkeypatch.setitem(sys.modules, driver, None)

    with pytest.raises(ConnectionSettingsError, match=rf"Install requirements-{requirements}\.txt"):
        WarehouseHook("elsewhere").get_conn()


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("host", "loader:s3cret@db.example.com", "holds an address with a login"),
        ("host", "postgresql://loader:s3cret@db.example.com/x", "holds an address with a login"),
        ("password", "s3cret\udcff", "holds a character that is none"),
        ("schema", "snapshots\0", "holds a character that is none"),
        ("extra", "[" * 200_000, "is not a JSON object"),
        ("extra", '{"lock_timeout": ' + "9" * 400 + "}", "is not a number above 0"),
        ("extra", '{"lock_timeout": 3000000}', "expected one up to 2,000,000, such as 300"),
    ],
)
def test_field_that_no_client_can_send_is_named_and_not_shown(
    field: str, text: str, message: str
) -> None:
    given = {"host": "db", "schema": "snapshots", "login": "loader", field: text}
    fields = WarehouseFields("elsewhere", "postgres", **given)  # type: ignore[arg-type]

    with pytest.raises(ConnectionSettingsError, match=message) as caught:
        open_door(fields, PROJECT)

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("kind", ENGINES)
@pytest.mark.parametrize("port", [-1, 65536, 2**70])
def test_port_that_there_cannot_be_is_named_whatever_the_engine(kind: str, port: int) -> None:
    with pytest.raises(ConnectionSettingsError, match="port is no port; expected a number from 1"):
        open_door(WarehouseFields("elsewhere", kind, host="db", port=port), PROJECT)
