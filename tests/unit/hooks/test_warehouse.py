from __future__ import annotations

import json

import pytest

from listrak.errors import ConnectionSettingsError
from listrak.hooks.warehouse import WarehouseHook
from listrak.settings import PROJECT
from listrak.warehouse.duckdb_file import DuckDBFile


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
    with pytest.raises(ConnectionSettingsError, match="AIRFLOW_CONN_ELSEWHERE: type `duckdb`"):
        WarehouseHook("elsewhere").get_conn()
