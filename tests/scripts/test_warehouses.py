"""Which warehouse a command looks at, and where its connection comes from."""

from __future__ import annotations

import json
import logging
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from listrak.errors import (
    ConnectionSettingsError,
    WarehouseRefusedError,
    WarehouseUnavailableError,
)
from local import warehouses
from local.airflow_connections import ask_airflow, read_connection
from local.database import database_lock
from local.decision import Decision, write_decision
from local.place import Place
from local.running import AIRFLOW, airflow_at_hand
from local.warehouses import find_warehouse, reach_servers, warehouse_texts
from tests.conftest import ROOT
from tests.unit.postgres_cluster import PostgresCluster

REAL = {"AIRFLOW_CONN_LISTRAK_DEFAULT": "{}"}
IN_THE_UI = {
    "conn_type": "postgres",
    "host": "h",
    "schema": "d",
    "login": "l",
    "password": "p@ss",
    "port": 5433,
    "extra": {"sslmode": "require"},
}
POSTGRES = "postgres://user:s3cret@host/db"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(Path("/project"), tmp_path)


def where(conn_id: str, environ: Mapping[str, str], place: Place) -> str:
    return find_warehouse(conn_id, environ, place, print).place


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"conn_type": "duckdb", "host": "/data/x.duckdb"}', "/data/x.duckdb"),
        ('{"conn_type": "duckdb", "host": "data/x.duckdb"}', "/project/data/x.duckdb"),
        ('{"conn_type": "duckdb"}', "/project/include/warehouse.duckdb"),
        ("duckdb://%2Fdata%2FX.duckdb", "/data/X.duckdb"),
        ("duckdb:///data/x.duckdb", "/data/x.duckdb"),
        ("duckdb://data/x.duckdb", "/project/data/x.duckdb"),
        ('{"conn_type": "duckdb", "host": "~/x.duckdb"}', "/at-home/x.duckdb"),
        (POSTGRES, "PostgreSQL database `db` on host:5432"),
        (
            '{"conn_type": "postgres", "host": "h", "schema": "d", "login": "l", "port": 5433}',
            "PostgreSQL database `d` on h:5433",
        ),
    ],
)
def test_warehouse_is_read_from_its_connection(
    text: str, path: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/at-home")

    assert where("warehouse_default", {"AIRFLOW_CONN_WAREHOUSE_DEFAULT": text}, place) == path


def test_warehouse_without_a_connection_follows_the_decision(place: Place) -> None:
    assert where("warehouse_default", {}, place) == str(place.sandbox_warehouse)
    assert where("warehouse_default", REAL, place) == str(place.warehouse)
    write_decision(place, Decision(sandbox=False, connections={}))
    assert where("warehouse_default", {}, place) == str(place.warehouse)


@pytest.mark.parametrize("environ", [{}, REAL])
def test_unknown_warehouse_is_refused_by_its_name(environ: dict[str, str], place: Place) -> None:
    with pytest.raises(ConnectionSettingsError, match=r"^Connection `nope` is not known: AIRFLOW_"):
        where("nope", environ, place)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is neither a connection's JSON nor"),
        ('{"what": "s3cret"}', "has `what`; expected only conn_type"),
        ("postgres://u:s3cret@h:port/db", "is neither a connection's JSON nor"),
    ],
)
def test_text_that_is_no_connection_is_not_quoted(text: str, words: str, place: Place) -> None:
    with pytest.raises(ConnectionSettingsError, match=words) as caught:
        read_connection("w", text, place)

    assert text not in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_reading_a_connection_leaves_the_log_as_it_was(place: Place) -> None:
    before = [*logging.getLogger().handlers]

    read_connection("w", POSTGRES, place)

    assert logging.getLogger().handlers == before


def test_connection_of_the_last_starts_environment_is_asked_for_again(place: Place) -> None:
    write_decision(
        place,
        Decision(sandbox=True, connections={}, elsewhere={"warehouse_default": "environment"}),
    )

    with pytest.raises(ConnectionSettingsError, match="Set AIRFLOW_CONN_WAREHOUSE_DEFAULT as it"):
        where("warehouse_default", {}, place)


def test_only_a_file_has_a_text_to_keep(place: Place) -> None:
    environ = {"AIRFLOW_CONN_UK": POSTGRES, "AIRFLOW_CONN_US": "duckdb:///x.duckdb"}

    found = warehouse_texts(["uk", "us", "de"], environ, place)

    assert found == {"uk": None, "us": "duckdb:///x.duckdb"}


def test_wrong_warehouse_is_found_before_anything_starts(place: Place) -> None:
    with pytest.raises(ConnectionSettingsError, match="`uk`: schema is empty"):
        warehouse_texts(["uk"], {"AIRFLOW_CONN_UK": "postgres://u:p@h"}, place)


@pytest.mark.parametrize(
    ("conn_id", "decision", "environ", "asks"),
    [
        ("warehouse_default", Decision(sandbox=False, connections={}), {}, False),
        (
            "warehouse_default",
            Decision(sandbox=False, connections={}, elsewhere={"warehouse_default": "airflow"}),
            {},
            True,
        ),
        (
            "warehouse_default",
            Decision(sandbox=False, connections={}),
            {"AIRFLOW__SECRETS__BACKEND": "x.Vault"},
            True,
        ),
        ("warehouse_default", Decision(sandbox=True, connections={}), {}, False),
        ("uk", Decision(sandbox=True, connections={}), {"AIRFLOW__SECRETS__BACKEND": "x"}, True),
    ],
)
def test_airflow_is_asked_only_with_a_reason(
    conn_id: str,
    decision: Decision,
    environ: dict[str, str],
    asks: bool,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def told(conn_id: str, *_: object) -> object:
        asked.append(conn_id)
        return read_connection(conn_id, POSTGRES, place)

    monkeypatch.setattr(warehouses, "ask_airflow", told)
    write_decision(place, decision)

    found = where(conn_id, environ, place)

    assert asked == [conn_id] * asks
    assert found.startswith("PostgreSQL") is asks


def test_airflow_tells_what_was_made_in_its_ui(tmp_path: Path) -> None:
    place = Place(ROOT, tmp_path)
    environ = {key: text for key, text in os.environ.items() if not key.startswith("AIRFLOW")}
    said: list[str] = []
    with database_lock(place.home):  # the database stays up from one command to the next
        with airflow_at_hand(environ, place, said.append) as environment:
            add = [AIRFLOW, "connections", "add", "uk", "--conn-json", json.dumps(IN_THE_UI)]
            subprocess.run(add, env=environment, check=True, capture_output=True)
        found = ask_airflow("uk", environ, place, said.append)
        missing = ask_airflow("us", environ, place, said.append)
        named = find_warehouse("uk", environ, place, said.append).place

    assert found is not None
    assert (found.conn_type, found.host, found.schema) == ("postgres", "h", "d")
    assert (found.login, found.password, found.port) == ("l", "p@ss", 5433)
    assert found.extra == '{"sslmode": "require"}'
    assert missing is None
    assert "p@ss" not in " ".join(said)
    assert named.endswith("`d` on h:5433")


def test_server_that_cannot_be_reached_is_told_before_anything_starts(place: Place) -> None:
    away = {"AIRFLOW_CONN_W": "postgres://u@127.0.0.1:1/db", "AIRFLOW_CONN_F": "duckdb:///no/file"}

    reach_servers(["F", "not_given"], away, place)
    with pytest.raises(WarehouseUnavailableError, match="nothing listens"):
        reach_servers(["F", "W"], away, place)


def test_server_is_reached_with_and_without_tables(cluster: PostgresCluster, place: Place) -> None:
    fields = cluster.connection()
    named = {"host": fields.host, "login": fields.login}
    given = {
        f"AIRFLOW_CONN_{name}": json.dumps({"conn_type": "postgres", "schema": schema, **named})
        for name, schema in (("HERE", fields.database), ("NOWHERE", "nowhere"))
    }
    cluster.run("drop schema if exists listrak cascade")

    reach_servers(["here"], given, place)
    with cluster.door().transaction():
        pass
    reach_servers(["here"], given, place)
    with pytest.raises(WarehouseRefusedError, match="the connection's schema names it"):
        reach_servers(["nowhere"], given, place)
