"""Sandbox or the real thing? Decided by scripts/run from what is configured; the others follow it.

Made-up contacts must never reach a real Segment workspace or the real warehouse, nor real contacts
the sandbox's: so the sandbox replaces every connection of the sources, or none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal, Protocol

from listrak.connection_fields import variable
from local.place import Place

BACKENDS = ("AIRFLOW__SECRETS__BACKEND", "AIRFLOW__WORKERS__SECRETS_BACKEND")
WAREHOUSE = "warehouse_default"

Kept = Literal["environment", "airflow"]


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
    """What scripts/run decided. `connections`: environment variables that tell the others of it.

    `elsewhere`: where it found the connections of the other warehouses, by their ids: they may hold
    a password, which is not kept a second time.
    """

    sandbox: bool
    connections: Mapping[str, str]
    elsewhere: Mapping[str, Kept] = field(default_factory=dict)


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


def decided(
    sandbox: Mapping[str, str],
    in_environment: Mapping[str, str | None],
    stored: Mapping[str, str | None],
) -> Decision:
    """Return what to keep of a decision. `sandbox`: what leads into it; empty where it is not used.

    `in_environment`: the sources' warehouses given there, `stored`: all in Airflow's database, by
    their ids; each with its text, or None where that may hold a password.
    """
    found: dict[str, tuple[Kept, str | None]] = {}
    if not sandbox:
        found |= {conn_id: ("airflow", text) for conn_id, text in stored.items()}
    found |= {conn_id: ("environment", text) for conn_id, text in in_environment.items()}
    elsewhere = {conn_id: kept for conn_id, (kept, text) in found.items() if text is None}
    texts = {**sandbox, **{variable(conn_id): text for conn_id, (_, text) in found.items()}}
    return Decision(
        sandbox=bool(sandbox),
        connections={name: text for name, text in texts.items() if text is not None},
        elsewhere=elsewhere,
    )


def write_decision(place: Place, decision: Decision) -> None:
    """Leave the decision for the other commands, readable by this user only."""
    descriptor = os.open(place.decision, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(decision), file)


def read_decision(place: Place) -> Decision | None:
    """Return what scripts/run decided last on this AIRFLOW_HOME, or None when it never did."""
    try:
        found = json.loads(place.decision.read_text(encoding="utf-8"))
        return Decision(found["sandbox"], found["connections"], found.get("elsewhere", {}))
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
