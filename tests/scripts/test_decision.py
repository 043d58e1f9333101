"""Sandbox or the real thing, and which warehouse the other commands look at."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from listrak.settings import ListSettings, SourceSettings
from local.decision import (
    Decision,
    SandboxAddresses,
    current_decision,
    decided,
    read_decision,
    sandbox_connections,
    wants_sandbox,
    write_decision,
)
from local.place import Place
from local.sandbox_service import addresses

PLACE = Place(Path("/project"), Path("/home"))
LISTRAK = {"listrak_default", "listrak_uk"}
DOORS = SandboxAddresses("http://l", "http://t", "id", "secret", "http://s", "http://k", "key")
SOURCE = SourceSettings(name="One", lists=(ListSettings(id=1),))
REAL = Decision(sandbox=False, connections={})
SANDBOX = Decision(sandbox=True, connections={})


@pytest.mark.parametrize(
    ("environ", "stored", "wanted"),
    [
        ({}, set(), True),
        ({"AIRFLOW_CONN_SEGMENT_DEFAULT": "{}"}, {"segment_default"}, True),
        ({"AIRFLOW_CONN_LISTRAK_DEFAULT": ""}, set(), True),
        ({"AIRFLOW_CONN_LISTRAK_UK": "{}"}, set(), False),
        ({}, {"listrak_uk"}, False),
        ({"AIRFLOW__SECRETS__BACKEND": "x.Vault"}, set(), False),
    ],
)
def test_sandbox_only_when_no_listrak_connection_is_configured(
    environ: dict[str, str], stored: set[str], wanted: bool
) -> None:
    assert wants_sandbox(LISTRAK, environ, stored) is wanted


def test_sandbox_replaces_a_configured_segment() -> None:
    real = {"AIRFLOW_CONN_SEGMENT_DEFAULT": '{"password": "real"}'}

    connections = sandbox_connections([SOURCE], DOORS, real, PLACE)

    segment = json.loads(connections["AIRFLOW_CONN_SEGMENT_DEFAULT"])
    assert (segment["host"], segment["password"]) == ("http://s", "key")


def test_sandbox_has_a_warehouse_of_its_own() -> None:
    connections = sandbox_connections([SOURCE], DOORS, {}, PLACE)

    warehouse = json.loads(connections["AIRFLOW_CONN_WAREHOUSE_DEFAULT"])
    assert warehouse == {"conn_type": "duckdb", "host": "/home/sandbox/warehouse.duckdb"}


def test_every_source_gets_its_connections() -> None:
    other = SourceSettings(name="Two", listrak_conn_id="listrak_uk", lists=(ListSettings(id=2),))

    connections = sandbox_connections([SOURCE, other], DOORS, {}, PLACE)

    assert {"AIRFLOW_CONN_LISTRAK_DEFAULT", "AIRFLOW_CONN_LISTRAK_UK"} <= connections.keys()


def test_sandbox_is_ready_when_its_line_is_there() -> None:
    line = json.dumps(vars(DOORS))

    assert addresses("starting\n") is None
    assert addresses(f"starting\n{line}\nmore") == DOORS


def test_decision_is_kept_for_its_user_only(tmp_path: Path) -> None:
    place = Place(tmp_path, tmp_path)
    decision = Decision(
        sandbox=True, connections={"AIRFLOW_CONN_X": "{}"}, elsewhere={"w": "environment"}
    )

    write_decision(place, decision)

    assert read_decision(place) == decision
    assert stat.S_IMODE(place.decision.stat().st_mode) == 0o600


def test_damaged_decision_counts_as_none(tmp_path: Path) -> None:
    place = Place(tmp_path, tmp_path)
    place.decision.write_text("{", encoding="utf-8")

    assert read_decision(place) is None


def test_connection_in_the_environment_ends_the_sandbox_for_the_other_commands() -> None:
    environ = {"AIRFLOW_CONN_LISTRAK_DEFAULT": "{}"}

    assert current_decision(SANDBOX, LISTRAK, environ) == REAL
    assert current_decision(SANDBOX, LISTRAK, {}) == SANDBOX
    assert current_decision(REAL, LISTRAK, {}) == REAL
    assert current_decision(None, LISTRAK, {}).sandbox


def test_password_of_a_warehouse_is_not_kept() -> None:
    database = "postgres://user:secret@host/db"
    environ = {"AIRFLOW_CONN_WAREHOUSE_DEFAULT": database}
    sandbox = sandbox_connections([SOURCE], DOORS, environ, PLACE)

    for connections in (sandbox, {}):
        kept = decided(connections, {"warehouse_default": None}, {})

        assert kept.sandbox is bool(connections)
        assert kept.elsewhere == {"warehouse_default": "environment"}
        assert kept.connections == {
            name: text for name, text in connections.items() if text != database
        }


def test_environment_comes_before_what_airflow_stores() -> None:
    stored = {"uk": None, "us": None, "file": "in the database"}
    given = {"us": "a file", "file": "another"}

    kept = decided({}, given, stored)

    assert kept.connections == {"AIRFLOW_CONN_US": "a file", "AIRFLOW_CONN_FILE": "another"}
    assert kept.elsewhere == {"uk": "airflow"}


def test_what_airflow_stores_is_not_looked_at_in_the_sandbox() -> None:
    sandbox = sandbox_connections([SOURCE], DOORS, {}, PLACE)

    kept = decided(sandbox, {}, {"warehouse_default": None, "uk": "a file"})

    assert kept == Decision(sandbox=True, connections=sandbox)


def test_decision_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    place = Place(tmp_path, tmp_path)
    place.decision.write_text('{"sandbox": true, "connections": {"X": "{}"}}', encoding="utf-8")

    assert read_decision(place) == Decision(sandbox=True, connections={"X": "{}"})
