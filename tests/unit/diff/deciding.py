"""Snapshots of made-up reads, decided as the task does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pyarrow as pa

from listrak.diff.decide import Unconfirmed, decide
from listrak.diff.decision import Decision
from listrak.diff.rules import Asked, Rules
from listrak.extract.rows import CONTACT_ROWS
from listrak.snapshot.confirmations import stage_looked_up, stage_unsubscribes
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import contacts

DAY = timedelta(days=1)
FIRST = datetime(2026, 1, 1)
RULES = Rules("T_1")


def key(day: float, list_id: int = 1, source: str = "src") -> SnapshotKey:
    return SnapshotKey(source, list_id, FIRST + day * DAY)


def asked(**params: bool) -> Rules:
    return replace(RULES, asked=Asked(**params))


def stage(
    warehouse: Warehouse,
    at: SnapshotKey,
    subscribed: Mapping[str, str | None],
    kind: Kind = Kind.OBSERVED,
) -> None:
    stage_contacts(warehouse, at, kind, f"run-{at.snapshot_at}", [contacts(subscribed)])


def snapshot(
    warehouse: Warehouse,
    at: SnapshotKey,
    subscribed: Mapping[str, str | None],
    rules: Rules = RULES,
    kind: Kind = Kind.OBSERVED,
) -> Decision | None:
    """Stage and decide a read; whoever is gone was deleted from Listrak."""
    stage(warehouse, at, subscribed, kind)
    return decide_all(warehouse, at, rules)


def decide_all(warehouse: Warehouse, at: SnapshotKey, rules: Rules = RULES) -> Decision | None:
    now = at.snapshot_at + timedelta(hours=1)
    while isinstance(outcome := decide(warehouse, at, rules, now), Unconfirmed):
        if outcome.since:
            stage_unsubscribes(warehouse, outcome.extract_id, outcome.since, [])
        if outcome.contacts:
            stage_looked_up(warehouse, outcome.extract_id, [verdicts(outcome.contacts, "deleted")])
    return outcome


ALLOWED = asked(allow_mass_removal=True)


def missing(email: str) -> pa.Table:
    return pa.table({"email": [email], "email_key": pa.nulls(1, pa.string())})


def verdicts(missing: pa.Table, state: str) -> pa.Table:
    """Return what Listrak says of contacts: the same of all."""
    rows = [
        {**dict.fromkeys(CONTACT_ROWS.names), **row, "state": state} for row in missing.to_pylist()
    ]
    return pa.Table.from_pylist(rows, schema=CONTACT_ROWS)
