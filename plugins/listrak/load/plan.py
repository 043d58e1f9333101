"""Step 2 of a load: every pending change gets its call, written down before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from listrak.load.identify import IdentifyCall, Origin, TraitChange, identify_calls
from listrak.load.lease import Lease
from listrak.load.supersede import supersede
from listrak.warehouse.warehouse import Transaction, Warehouse

CHANGES_AT_ONCE = 20_000

CALLS: dict[str, pa.DataType] = {
    "message_id": pa.string(),
    "source": pa.string(),
    "anonymous_id": pa.string(),
    "user_id": pa.string(),
    "traits": pa.string(),
    "timestamp": pa.timestamp("us"),
    "status": pa.string(),
    "attempts": pa.int32(),
    "run_id": pa.string(),
}


def plan(warehouse: Warehouse, lease: Lease, origin: Origin, run_id: str) -> int:
    """Plan the calls of all pending changes that have none, and return how many calls.

    In transactions of about CHANGES_AT_ONCE changes, addresses whole.
    """
    planned = 0
    while True:
        with warehouse.transaction() as transaction:
            lease.renew(transaction)
            changes = _unplanned(transaction, origin.source)
            if _says_twice(changes):
                # Another run decided a snapshot since the load superseded what was moot.
                supersede(transaction, origin.source)
                changes = _unplanned(transaction, origin.source)
            calls = identify_calls(changes, origin, lease.clock.now())
            _write_down(transaction, calls, origin.source, run_id)
        planned += len(calls)
        if len(changes) < CHANGES_AT_ONCE:
            return planned


def _says_twice(changes: list[TraitChange]) -> bool:
    """Whether two snapshots say something of one contact and trait: a call would mix them."""
    snapshots = {(change.email, change.trait, change.snapshot_at) for change in changes}
    return len({said[:2] for said in snapshots}) < len(snapshots)


def _unplanned(transaction: Transaction, source: str) -> list[TraitChange]:
    rows = transaction.fetch("load/find_unplanned_changes", source=source, at_most=CHANGES_AT_ONCE)
    return [TraitChange(**row) for row in rows.to_pylist()]


def _write_down(
    transaction: Transaction, calls: list[IdentifyCall], source: str, run_id: str
) -> None:
    table = _as_table(calls, source, run_id)
    transaction.insert("identify_calls", table)
    transaction.lend("planned_calls", table)
    transaction.execute("load/assign_calls", source=source)


def _as_table(calls: list[IdentifyCall], source: str, run_id: str) -> pa.Table:
    columns: dict[str, Sequence[object]] = {
        "message_id": [call.message_id for call in calls],
        "source": [source] * len(calls),
        "anonymous_id": [call.anonymous_id for call in calls],
        "user_id": [call.user_id for call in calls],
        "traits": [call.traits for call in calls],
        "timestamp": [call.timestamp for call in calls],
        "status": ["pending"] * len(calls),
        "attempts": [0] * len(calls),
        "run_id": [run_id] * len(calls),
    }
    return pa.table(columns, schema=pa.schema(CALLS))
