"""Pruning: a snapshot's row stays, marked, with its counts; what only it read goes.

Versions of contacts begin and end at snapshots. Those that began or ended at one that goes do so at
the next one that stays: all that stay read as before, and a snapshot that a backfill puts between
them finds its neighbours in whole versions.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from listrak.errors import ListrakSourceError, RetriableError
from listrak.retention.keep import Keep, Snapshot, snapshots_to_prune
from listrak.warehouse.warehouse import Door, Parameter, Transaction, Warehouse

log = logging.getLogger(__name__)

PRUNED_SNAPSHOTS = pa.schema(
    [
        pa.field("list_id", pa.int64(), nullable=False),
        pa.field("snapshot_at", pa.timestamp("us"), nullable=False),
        pa.field("next_at", pa.timestamp("us"), nullable=False),
    ]
)


@dataclass(frozen=True)
class Pruned:
    """How many snapshots were marked as pruned, and how many rows of contact_versions went."""

    snapshots: int = 0
    versions: int = 0

    def __str__(self) -> str:
        """Return it in words."""
        return f"pruned {self.snapshots:,} snapshots; {self.versions:,} versions of contacts went"


def prune(warehouse: Warehouse, source: str, keep: Keep, now: datetime) -> Pruned:
    """Prune what is due of a source at `now` (naive UTC), in one transaction.

    It can wait: what may pass by itself is a warning, and the next run tries again. Raises
    WarehouseRefusedError where a person is needed; then, too, nothing was pruned.
    """
    due = PRUNED_SNAPSHOTS.empty_table()
    try:
        with warehouse.transaction() as transaction:
            due = find_due(transaction, source, keep, now)
            pruned = prune_snapshots(transaction, source, due)
    except ListrakSourceError as error:
        log.warning(
            "Source %s: nothing was pruned, %d snapshots are due; the next run tries again. %s",
            source,
            due.num_rows,
            error,
        )
        if not isinstance(error, RetriableError):
            raise
        return Pruned()
    if pruned.snapshots:
        log.info("Source %s: %s", source, pruned)
    return pruned


def give_back_space(door: Door, pruned: Pruned) -> None:
    """Give back the room of what was pruned, if anything was; a failure is a warning."""
    if not pruned.snapshots:
        return
    try:
        door.give_back_space()
    except ListrakSourceError as error:
        log.warning(
            "%s. Their room was not given back; the next run that prunes tries again. %s",
            pruned,
            error,
        )


def find_due(transaction: Transaction, source: str, keep: Keep, now: datetime) -> pa.Table:
    """Return the snapshots of a source that are due, as rows of PRUNED_SNAPSHOTS.

    Nothing is older than its distance to the source's newest snapshot: a clock that runs ahead
    would take all for old, and what is pruned does not come back.
    """
    rows = transaction.fetch("retention/find_snapshots", source=source).to_pylist()
    now = min(now, max((row["snapshot_at"] for row in rows), default=now))
    due = [
        {"list_id": list_id, "snapshot_at": at, "next_at": next_at}
        for list_id, of_list in groupby(rows, itemgetter("list_id"))
        for at, next_at in snapshots_to_prune(map(_snapshot, of_list), keep, now).items()
    ]
    return pa.Table.from_pylist(due, schema=PRUNED_SNAPSHOTS)


def prune_snapshots(transaction: Transaction, source: str, due: pa.Table) -> Pruned:
    """Prune the snapshots in `due`, rows of PRUNED_SNAPSHOTS."""
    if not due.num_rows:
        return Pruned()
    # What ended before the oldest of them stays as it is: no engine has to read it.
    read = {"source": source, "oldest_at": pc.min(due["snapshot_at"]).as_py()}
    transaction.lend("pruned_snapshots", due)
    marked = transaction.execute("retention/mark_pruned", source=source)
    transaction.execute("retention/move_starts", **read)
    transaction.execute("retention/move_ends", **read)
    unread = transaction.execute("retention/delete_unread_versions", **read)
    return Pruned(marked, unread + _join_versions(transaction, read))


def _join_versions(transaction: Transaction, read: Mapping[str, Parameter]) -> int:
    """Keep a contact once for as long as it stays the same; return how many rows went."""
    transaction.execute("retention/create_joined_versions")
    if not transaction.execute("retention/find_joined_versions", **read):
        return 0
    joined = transaction.execute("retention/delete_joined_versions", **read)
    transaction.execute("retention/extend_joined_versions", **read)
    return joined


def _snapshot(row: Mapping[str, Any]) -> Snapshot:
    return Snapshot(row["snapshot_at"], row["status"], row["is_waiting"])
