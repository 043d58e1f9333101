"""Whether a snapshot still has to be read, and can be."""

from __future__ import annotations

from datetime import datetime

from listrak.errors import NotCurrentError
from listrak.snapshot.moment import is_current
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Warehouse


def is_due(warehouse: Warehouse, key: SnapshotKey, cron: str | None, now: datetime) -> bool:
    """Whether to read the list now; False when the snapshot is there: it is reused, never re-read.

    Raises NotCurrentError when a read of the present is no snapshot of the key's moment: a later
    interval has ended, the moment is to come, or the list's head is not older.
    """
    with warehouse.transaction() as transaction:
        found = transaction.fetch("snapshot/find_snapshot", **key.parameters)
        head = transaction.fetch("snapshot/find_head", **key.of_list)
    if found.num_rows:
        return False
    head_at = head["snapshot_at"][0].as_py() if head.num_rows else None
    if head_at is not None and head_at >= key.snapshot_at:
        raise NotCurrentError(_message(key, f"is behind the newest snapshot, of {head_at}"))
    if not is_current(key.snapshot_at, cron, now):
        raise NotCurrentError(_message(key, "is not the present any more, or not yet"))
    return True


def _message(key: SnapshotKey, reason: str) -> str:
    return (
        f"List {key.list_id}: the time of this run, {key.snapshot_at} UTC, {reason}. Listrak "
        "answers with the present only, so nothing was read, kept or sent. The next run of the "
        "schedule, or one triggered by hand, reads the present."
    )
