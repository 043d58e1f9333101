"""Sandbox or the real thing? Decided by scripts/run from what is configured; the others follow it.

Made-up contacts must never reach a real Segment workspace or the real warehouse, nor real contacts
the sandbox's: so the sandbox replaces every connection of the sources, or none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from local.place import Place

BACKENDS = ("AIRFLOW__SECRETS__BACKEND", "AIRFLOW__WORKERS__SECRETS_BACKEND")
WAREHOUSE = "warehouse_default"


class SourceConnections(Protocol):
    """The connections that a source names."""

    @property
    def listrak_conn_id(self) -> str:
        """Where its contacts come from."""

    @property
    def segment_conn_id(self) -> str:
        """Where its calls go."""

    @property
    def warehouse_conn_id(self) -> str:
        """Where its snapshots are."""


@dataclass(frozen=True)
class Decision:
    """What scripts/run decided. `connections`: environment variables that tell the others of it."""

    sandbox: bool
    connections: Mapping[str, str]


@dataclass(frozen=True)
class SandboxAddresses:
    """What the sandbox prints when it is ready."""

    listrak_host: str
    token_url: str
    client_id: str
    client_secret: str
    segment_host: str
    settings_url: str
    write_key: str


def variable(conn_id: str) -> str:
    """Return the environment variable in which Airflow looks for a connection."""
    return f"AIRFLOW_CONN_{conn_id.upper()}"


def wants_sandbox(
    listrak_conn_ids: Collection[str], environ: Mapping[str, str], stored: Collection[str]
) -> bool:
    """Tell whether no Listrak connection is configured.

    It may be in the environment, in Airflow's database (`stored`: the ids there), or, who knows, in
    a secrets backend.
    """
    if any(environ.get(key) for key in BACKENDS):
        return False
    return not any(environ.get(variable(each)) or each in stored for each in listrak_conn_ids)


def sandbox_connections(
    sources: Collection[SourceConnections],
    addresses: SandboxAddresses,
    environ: Mapping[str, str],
    place: Place,
) -> dict[str, str]:
    """Return every connection of the sources, leading into the sandbox.

    Segment's are replaced even where configured. A warehouse in the environment stays: it was named
    for this start.
    """
    listrak = {
        "conn_type": "listrak",
        "login": addresses.client_id,
        "password": addresses.client_secret,
        "host": addresses.listrak_host,
        "extra": {"token_url": addresses.token_url},
    }
    segment = {
        "conn_type": "segment",
        "password": addresses.write_key,
        "host": addresses.segment_host,
        "extra": {"settings_url": addresses.settings_url, "max_events_per_second": 20000},
    }
    duckdb = {"conn_type": "duckdb", "host": str(place.sandbox_warehouse)}
    warehouses = {variable(each.warehouse_conn_id): json.dumps(duckdb) for each in sources}
    return (
        {name: environ.get(name) or value for name, value in warehouses.items()}
        | {variable(each.listrak_conn_id): json.dumps(listrak) for each in sources}
        | {variable(each.segment_conn_id): json.dumps(segment) for each in sources}
    )


def write_decision(place: Place, decision: Decision) -> None:
    """Leave the decision for the other commands, readable by this user only."""
    descriptor = os.open(place.decision, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"sandbox": decision.sandbox, "connections": dict(decision.connections)}, file)


def read_decision(place: Place) -> Decision | None:
    """Return what scripts/run decided last on this AIRFLOW_HOME, or None when it never did."""
    try:
        found = json.loads(place.decision.read_text(encoding="utf-8"))
        return Decision(found["sandbox"], found["connections"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def current_decision(
    last: Decision | None, listrak_conn_ids: Collection[str], environ: Mapping[str, str]
) -> Decision:
    """Return what holds for another command: the last decision, unless the environment differs."""
    last = last or Decision(sandbox=True, connections={})
    if last.sandbox and not wants_sandbox(listrak_conn_ids, environ, ()):
        return Decision(sandbox=False, connections={})
    return last


def warehouse_path(
    conn_id: str, decision: Decision, environ: Mapping[str, str], place: Place
) -> Path:
    """Return the DuckDB file of a warehouse connection.

    Raises ValueError when it is no DuckDB, or unknown; only the default needs no connection.
    """
    name = variable(conn_id)
    text = environ.get(name) or decision.connections.get(name)
    if not text and conn_id != WAREHOUSE:
        raise ValueError(
            f"Connection `{conn_id}` is not known: {name} is not set, and the last scripts/run saw "
            "no such DuckDB connection."
        )
    if not text:
        return place.sandbox_warehouse if decision.sandbox else place.warehouse
    kind, host = _kind_and_host(text)
    if kind != "duckdb":
        raise ValueError(
            f"Connection `{conn_id}` is of type {kind}: use that database's own prompt."
        )
    return place.project / Path(host or place.warehouse).expanduser()


def _kind_and_host(text: str) -> tuple[str, str]:
    """Read a connection as Airflow does: JSON, or a URI whose host is percent-encoded."""
    if text.lstrip().startswith("{"):
        fields = json.loads(text)
        return str(fields.get("conn_type", "")), str(fields.get("host") or "")
    parts = urlsplit(text)
    return parts.scheme, unquote(parts.netloc.rpartition("@")[2] + parts.path)
