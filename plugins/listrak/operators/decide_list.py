"""One list's decision, with what has to be found out on the way. Knows no Airflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from listrak.clock import utc_now
from listrak.diff.decide import Unconfirmed, decide
from listrak.diff.decision import Decision
from listrak.diff.rules import Rules
from listrak.extract.client import ListrakClient
from listrak.extract.look_up import look_up_contacts
from listrak.extract.read import read_unsubscribes
from listrak.extract.rows import ListRead
from listrak.snapshot.confirmations import stage_looked_up, stage_unsubscribes
from listrak.snapshot.kind import Kind
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Warehouse


def decide_list(
    warehouse: Warehouse,
    key: SnapshotKey,
    rules: Rules,
    read: ListRead,
    client: Callable[[], ListrakClient],
    now: Callable[[], datetime] = utc_now,
) -> Decision | None:
    """Decide the staged read of a list; contacts that are gone from it are asked for first.

    Raises what `decide` and ListrakClient raise. Whatever is raised, what was found out is kept and
    the read is still to be decided, unless the guard holds it.
    """
    while isinstance(outcome := decide(warehouse, key, rules, now()), Unconfirmed):
        _find_out(warehouse, key, outcome, read, client())
    return outcome


def _find_out(
    warehouse: Warehouse,
    key: SnapshotKey,
    unconfirmed: Unconfirmed,
    read: ListRead,
    client: ListrakClient,
) -> None:
    if unconfirmed.kind == Kind.RECONSTRUCTED.value:
        read = replace(read, as_of=key.snapshot_at)
    if unconfirmed.since:
        since = unconfirmed.since
        pieces = read_unsubscribes(client, read, since)
        stage_unsubscribes(warehouse, unconfirmed.extract_id, since, pieces)
    if unconfirmed.contacts:
        pieces = look_up_contacts(client, read, unconfirmed.contacts)
        stage_looked_up(warehouse, unconfirmed.extract_id, pieces)
