"""Whether a snapshot still has to be read, and how: as the list is now, or as it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from listrak.errors import FutureMomentError, WarehouseRefusedError
from listrak.snapshot.moment import Moment
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Warehouse

CLOCKS_DIFFER_BY = timedelta(minutes=10)


class Kind(Enum):
    """How a snapshot came to be; the values are `snapshots.kind`."""

    OBSERVED = "observed"
    RECONSTRUCTED = "reconstructed"


def kind_to_read(
    warehouse: Warehouse, key: SnapshotKey, moment: Moment, cron: str | None, now: datetime
) -> Kind | None:
    """Return how to read the list, or None: the snapshot is there, it is reused, never re-read.

    The state as it is now is a snapshot of the present only, and the present is not behind the
    list's newest snapshot. Anything else is reconstructed from the dates of both states. Raises
    FutureMomentError when the moment is to come, WarehouseRefusedError when the newest snapshot is
    dated in the future: every run would be behind it, and send nothing.
    """
    with warehouse.transaction() as transaction:
        found = transaction.fetch("snapshot/find_snapshot", **key.parameters)
        head = transaction.fetch("snapshot/find_head", **key.of_list)
    if found.num_rows:
        return None
    if key.snapshot_at > now:
        raise FutureMomentError(
            f"List {key.list_id}: the time of this run, {key.snapshot_at} UTC, is still to come. "
            "Nothing was read, kept or sent. Clear the run once the time has come, or trigger one "
            "for the present."
        )
    head_at = head["snapshot_at"][0].as_py() if head.num_rows else None
    if head_at and head_at > now + CLOCKS_DIFFER_BY:
        raise WarehouseRefusedError(
            f"List {key.list_id}: its newest snapshot is dated {head_at} UTC, and it is {now} now: "
            "a clock was wrong, then or now. Every run until then would be behind it and send "
            "nothing, so none is read. Set the clock right, or see docs/promises.md, `When the "
            "warehouse contradicts itself`."
        )
    is_behind = head_at is not None and head_at > key.snapshot_at
    is_present = not is_behind and moment.is_present(cron, now)
    return Kind.OBSERVED if is_present else Kind.RECONSTRUCTED
