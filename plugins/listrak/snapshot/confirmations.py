"""What was found out about contacts that a staged read no longer has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from listrak.errors import WarehouseUnavailableError
from listrak.snapshot.staging import of_extract
from listrak.warehouse.warehouse import Transaction, Warehouse


def stage_unsubscribes(
    warehouse: Warehouse, extract_id: str, since: datetime, pieces: Iterable[pa.Table]
) -> None:
    """Add to a complete read who unsubscribed since `since` (naive UTC).

    Whatever is raised on the way, the read is still complete, and to be confirmed again.
    """
    for piece in pieces:
        with warehouse.transaction() as transaction:
            transaction.insert("staged_contacts", of_extract(extract_id, piece))
    with warehouse.transaction() as transaction:
        noted = transaction.execute(
            "snapshot/note_unsubscribes", extract_id=extract_id, since=since
        )
        _check(noted)
        transaction.execute("snapshot/leave_out_forgotten", extract_id=extract_id)


def stage_looked_up(warehouse: Warehouse, extract_id: str, pieces: Iterable[pa.Table]) -> None:
    """Add to a complete read what Listrak said of contacts one by one: each piece is kept at once.

    A contact that is subscribed is in the snapshot from then on.
    """
    for piece in pieces:
        with warehouse.transaction() as transaction:
            _add_looked_up(transaction, extract_id, piece)


def _add_looked_up(transaction: Transaction, extract_id: str, piece: pa.Table) -> None:
    noted = transaction.execute(
        "snapshot/note_looked_up", extract_id=extract_id, looked_up=piece.num_rows
    )
    _check(noted)
    transaction.lend("looked_up_contacts", piece)
    transaction.execute("snapshot/add_looked_up", extract_id=extract_id)
    # Somebody may have been forgotten since the question was put.
    transaction.execute("snapshot/leave_out_forgotten", extract_id=extract_id)


def _check(noted: int) -> None:
    if not noted:
        raise WarehouseUnavailableError(
            "The read of this list was decided or replaced by another attempt meanwhile. Nothing "
            "of this step was kept; the task tries again."
        )
