"""The warehouse that a command looks at: that of the last scripts/run, or of a connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from listrak.connection_fields import ConnectionFields, extra_of, variable
from listrak.errors import ConnectionSettingsError, QuestionError
from listrak.warehouse.dialect import written_for
from listrak.warehouse.engines import WarehouseFields, open_door
from listrak.warehouse.warehouse import Door
from local.airflow_connections import ask_airflow, read_connection
from local.decision import BACKENDS, WAREHOUSE, Decision, current_decision, read_decision
from local.environment import DATABASE_KEY
from local.place import Place
from local.sources import listrak_conn_ids

FILE = "duckdb"  # the one type of warehouse without a password


def find_warehouse(
    conn_id: str,
    environ: Mapping[str, str],
    place: Place,
    say: Callable[[str], None],
    patience: float | None = None,
) -> Door:
    """Return the warehouse of a connection, wherever Airflow would find that.

    `patience`: seconds to wait for another program, where the connection does not say how many.
    Raises ConnectionSettingsError, and StartError or DatabaseError where Airflow had to be asked.
    """
    fields = _find_connection(conn_id, environ, place, say)
    if patience is not None:
        fields.extra = json.dumps({"lock_timeout": patience, **extra_of(fields)})
    return open_door(fields, place.project)


def warehouse_texts(
    conn_ids: Iterable[str], environ: Mapping[str, str], place: Place
) -> dict[str, str | None]:
    """Return the connections given in the environment: the text, or None if it may hold a password.

    Raises ConnectionSettingsError where one cannot be read, or is wrong.
    """
    given = {conn_id: environ.get(variable(conn_id)) for conn_id in conn_ids}
    found = {
        conn_id: (text, read_connection(conn_id, text, place))
        for conn_id, text in given.items()
        if text
    }
    for _, fields in found.values():
        open_door(fields, place.project)
    return {
        conn_id: text if fields.conn_type == FILE else None
        for conn_id, (text, fields) in found.items()
    }


def reach_servers(conn_ids: Iterable[str], environ: Mapping[str, str], place: Place) -> None:
    """Ask one question of each warehouse that is given in the environment and no file.

    Raises what its door raises: a task would find out only in its last try, minutes later.
    """
    for conn_id in conn_ids:
        if text := environ.get(variable(conn_id)):
            door = open_door(read_connection(conn_id, text, place), place.project)
            if door.engine != FILE:
                with suppress(QuestionError):  # there may be no schema yet
                    door.ask(written_for(door.engine, "warehouse/has_schema").text)


def _find_connection(
    conn_id: str, environ: Mapping[str, str], place: Place, say: Callable[[str], None]
) -> ConnectionFields:
    decision = current_decision(read_decision(place), listrak_conn_ids(), environ)
    name = variable(conn_id)
    if text := environ.get(name) or decision.connections.get(name):
        return read_connection(conn_id, text, place)
    if decision.elsewhere.get(conn_id) == "environment":
        raise ConnectionSettingsError(
            f"Connection `{conn_id}` stood in the environment of the last scripts/run, and does "
            f"not here. Set {name} as it was there."
        )
    if _only_airflow_knows(conn_id, decision, environ, place):
        found = ask_airflow(conn_id, environ, place, say)
        if found is not None:
            return found
    if conn_id != WAREHOUSE or conn_id in decision.elsewhere:
        raise ConnectionSettingsError(
            f"Connection `{conn_id}` is not known: {name} is not set, and Airflow has none of that "
            "name. `scripts/airflow connections list` names those it has."
        )
    file = place.sandbox_warehouse if decision.sandbox else place.warehouse
    return WarehouseFields(conn_id, host=str(file))


def _only_airflow_knows(
    conn_id: str, decision: Decision, environ: Mapping[str, str], place: Place
) -> bool:
    """Whether Airflow has to be asked, which takes seconds: for the default only with a reason."""
    has_backend = any(environ.get(key) for key in BACKENDS)
    if conn_id == WAREHOUSE:
        return not decision.sandbox and (has_backend or conn_id in decision.elsewhere)
    began = (place.home / "migrated.json").exists() or bool(environ.get(DATABASE_KEY))
    return has_backend or began
