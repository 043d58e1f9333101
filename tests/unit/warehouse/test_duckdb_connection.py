from __future__ import annotations

from pathlib import Path

import pytest

from listrak.errors import ConnectionSettingsError
from listrak.warehouse.duckdb.connection import duckdb_connection
from listrak.warehouse.engines import open_door
from tests.unit.test_connections import Fields

PROJECT = Path("/project")


def duckdb_path(fields: Fields) -> Path:
    return duckdb_connection(fields, PROJECT).path


@pytest.mark.parametrize(
    ("host", "schema", "path"),
    [
        (None, None, "/project/include/warehouse.duckdb"),
        ("data/w.duckdb", None, "/project/data/w.duckdb"),
        ("/var/w.duckdb", None, "/var/w.duckdb"),
        (None, "var/w.duckdb", "/var/w.duckdb"),
        ("data", "w.duckdb", "/project/data/w.duckdb"),
    ],
)
def test_path_of_the_warehouse(host: str | None, schema: str | None, path: str) -> None:
    fields = Fields(conn_id="warehouse_default", host=host, schema=schema)

    assert duckdb_path(fields) == Path(path)


def test_home_folder_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    fields = Fields(host="~/w.duckdb")

    assert duckdb_path(fields) == Path("/home/me/w.duckdb")


def test_memory_limit_is_an_amount() -> None:
    with pytest.raises(ConnectionSettingsError, match="`memory_limit` is not an amount"):
        duckdb_connection(Fields(extra='{"memory_limit": "lots"}'), PROJECT)


def test_misspelt_extra_is_named() -> None:
    with pytest.raises(
        ConnectionSettingsError, match="`memory_limt` is not known; expected one of"
    ):
        duckdb_connection(Fields(extra='{"memory_limt": "1GB", "lock_timeout": null}'), PROJECT)


@pytest.mark.parametrize("host", [":memory:", "md:cloud"])
def test_warehouse_must_be_a_file(host: str) -> None:
    with pytest.raises(ConnectionSettingsError, match="is not a file"):
        duckdb_connection(Fields(host=host), PROJECT)


def test_other_engine_is_refused_by_name() -> None:
    with pytest.raises(ConnectionSettingsError, match="type is `mysql`; expected one of `duckdb`"):
        open_door(Fields(conn_type="mysql"), PROJECT)
