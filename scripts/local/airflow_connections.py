"""Connections as Airflow itself reads them: their text forms, and those that only it can find."""

from __future__ import annotations

import json
import logging
import os
import subprocess
from collections.abc import Callable, Mapping
from typing import Any

from listrak.connection_fields import ConnectionFields, unreadable_text
from listrak.errors import ConnectionSettingsError
from listrak.warehouse.engines import WarehouseFields
from local.place import Place
from local.running import AIRFLOW, airflow_at_hand

NOT_FOUND = "Connection not found"  # Airflow's words


def read_connection(conn_id: str, text: str, place: Place) -> ConnectionFields:
    """Return the fields of a connection given as JSON or as a URI, by Airflow's own rules.

    Raises ConnectionSettingsError, which does not quote the text: it may hold a password.
    """
    fields = _only_a_file(text)
    if fields is not None:
        return WarehouseFields(conn_id, host=fields.get("host"))
    try:
        kind = _connection_class(place)
        if text.lstrip().startswith("{"):
            found: ConnectionFields = kind.from_json(text, conn_id=conn_id)
        else:
            found = kind.from_uri(text, conn_id=conn_id)
    except (ValueError, TypeError):
        raise unreadable_text(conn_id, text) from None
    return found


def ask_airflow(
    conn_id: str, environ: Mapping[str, str], place: Place, say: Callable[[str], None]
) -> ConnectionFields | None:
    """Return a connection made in Airflow's UI, or kept in its secrets backend, if there is one.

    Only Airflow can decrypt it. It takes seconds. Raises StartError, DatabaseError and
    ConnectionSettingsError.
    """
    say(f"Asking Airflow for the connection `{conn_id}` (a few seconds) …")
    with airflow_at_hand(environ, place, say) as environment:
        done = subprocess.run(
            [AIRFLOW, "connections", "get", conn_id, "--output", "json"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0 and NOT_FOUND in done.stdout + done.stderr:
        return None
    try:
        return _told(json.loads(done.stdout[done.stdout.index("[") :])[0])
    except (ValueError, LookupError):
        raise ConnectionSettingsError(
            f"Connection `{conn_id}`: Airflow does not tell it. Nothing was read or sent. "
            f"`scripts/airflow connections get {conn_id}` says why."
        ) from None


def _only_a_file(text: str) -> dict[str, str] | None:
    """Return the fields of what scripts/run writes; Airflow takes a second to be imported."""
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    is_one = isinstance(fields, dict) and fields.get("conn_type") == "duckdb"
    return fields if is_one and fields.keys() <= {"conn_type", "host"} else None


def _connection_class(place: Place) -> Any:
    """Import Airflow's class, and undo what Airflow does to the log on the way."""
    os.environ.setdefault("AIRFLOW_HOME", str(place.home))  # it makes a directory there
    root = logging.getLogger()
    handlers, level = [*root.handlers], root.level
    from airflow.sdk.definitions.connection import Connection  # noqa: PLC0415 (takes a second)

    root.handlers[:] = handlers
    root.setLevel(level)
    return Connection


def _told(row: Mapping[str, Any]) -> ConnectionFields:
    """Return the fields of what Airflow's command prints."""
    return WarehouseFields(
        conn_id=row["conn_id"],
        conn_type=row["conn_type"],
        host=row["host"],
        schema=row["schema"],
        login=row["login"],
        password=row["password"],
        port=int(row["port"]) if row["port"] else None,
        extra=json.dumps(row["extra_dejson"] or {}),
    )
