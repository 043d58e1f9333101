"""What was found out about contacts that a staged read no longer has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pyarrow as pa

from listrak.errors import WarehouseUnavailableError
from listrak.snapshot.forgotten import without_forgotten
from listrak.snapshot.staging import insert_staged
from listrak.warehouse.warehouse import Transaction, Warehouse


def stage_unsubscribes(
    warehouse: Warehouse, extract_id: str, since: datetime, pieces: Iterable[pa.Table]
) -> None:
    """Add to a complete read who unsubscribed since `since` (naive UTC).

    Whatever is raised on the way, the read is still complete, and to be confirmed again.
    """
    for piece in pieces:
        with warehouse.transaction() as transaction:
            _check_is_there(transaction, extract_id)
            insert_staged(transaction, extract_id, piece)
    with warehouse.transaction() as transaction:
        _check_is_there(transaction, extract_id)
        transaction.execute("snapshot/note_unsubscribes", extract_id=extract_id, since=since)


def stage_looked_up(warehouse: Warehouse, extract_id: str, pieces: Iterable[pa.Table]) -> None:
    """Add to a complete read what Listrak said of contacts one by one: each piece is kept at once.

    A contact that is subscribed is in the snapshot from then on.
    """
    for piece in pieces:
        with warehouse.transaction() as transaction:
            _add_looked_up(transaction, extract_id, piece)


def _add_looked_up(transaction: Transaction, extract_id: str, piece: pa.Table) -> None:
    _check_is_there(transaction, extract_id)
    transaction.execute("snapshot/note_looked_up", extract_id=extract_id, looked_up=piece.num_rows)
    # Somebody may have been forgotten since the question was put.
    transaction.lend("looked_up_contacts", without_forgotten(transaction, piece))
    transaction.execute("snapshot/add_looked_up", extract_id=extract_id)


def _check_is_there(transaction: Transaction, extract_id: str) -> None:
    if not transaction.fetch("snapshot/count_staged_contacts", extract_id=extract_id).num_rows:
        raise WarehouseUnavailableError(
            "The read of this list was decided or replaced by another attempt meanwhile. Nothing "
            "of this step was kept; the task tries again."
        )
