"""Staging: a read of a list on its way to becoming a snapshot.

A snapshot is whole or absent: pages go to staging, a bounded piece at a time; only a read that came
to its end can be decided, and one that did not leaves nothing behind.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pyarrow as pa

from listrak.clock import utc_now
from listrak.errors import ListrakSourceError, WarehouseUnavailableError
from listrak.snapshot.forgotten import without_forgotten
from listrak.snapshot.kind import Kind
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Transaction, Warehouse

log = logging.getLogger(__name__)

ABANDONED_AFTER = timedelta(days=7)


def stage_contacts(
    warehouse: Warehouse,
    key: SnapshotKey,
    kind: Kind,
    run_id: str,
    pieces: Iterable[pa.Table],
    now: Callable[[], datetime] = utc_now,
) -> int:
    """Write a read of a list to staging and return how many subscribed contacts it has.

    `pieces`: tables with columns of staged_contacts, email lower-cased; contacts may repeat, the
    latest subscription wins. Contacts that were forgotten are left out. Whatever `pieces` or the
    warehouse raises, nothing is left behind.
    """
    extract_id = uuid.uuid4().hex
    with warehouse.transaction() as transaction:
        _discard(transaction, key, now())
        transaction.execute(
            "snapshot/begin_staging",
            **key.parameters,
            extract_id=extract_id,
            kind=kind.value,
            run_id=run_id,
            started_at=now(),
        )
    try:
        for piece in pieces:
            _add(warehouse, extract_id, piece)
        return _complete(warehouse, extract_id, now())
    except BaseException:
        _give_up(warehouse, extract_id)
        raise


def _discard(transaction: Transaction, key: SnapshotKey, now: datetime) -> None:
    """Remove every read of this snapshot, and reads of any list that were abandoned long ago."""
    for statement in ("snapshot/discard_staged_contacts", "snapshot/discard_staged_snapshots"):
        transaction.execute(statement, **key.parameters, abandoned_before=now - ABANDONED_AFTER)


def _add(warehouse: Warehouse, extract_id: str, piece: pa.Table) -> None:
    with warehouse.transaction() as transaction:
        _check_in_charge(transaction, extract_id)
        insert_staged(transaction, extract_id, piece)


def insert_staged(transaction: Transaction, extract_id: str, piece: pa.Table) -> None:
    """Append the rows to a read, but for those of forgotten contacts."""
    rows = without_forgotten(transaction, piece)
    of_extract = rows.append_column("extract_id", pa.repeat(extract_id, rows.num_rows))
    transaction.insert("staged_contacts", of_extract)


def _complete(warehouse: Warehouse, extract_id: str, now: datetime) -> int:
    """Keep each contact once and close the staging; return the number of contacts."""
    with warehouse.transaction() as transaction:
        _check_in_charge(transaction, extract_id)
        transaction.execute("snapshot/create_latest_subscriptions")
        repeated = transaction.execute("snapshot/find_latest_subscriptions", extract_id=extract_id)
        if repeated:
            transaction.execute("snapshot/delete_repeated_contacts", extract_id=extract_id)
            transaction.execute("snapshot/insert_latest_subscriptions")
        transaction.execute("snapshot/complete_staging", extract_id=extract_id, extracted_at=now)
        counted = transaction.fetch("snapshot/count_staged_contacts", extract_id=extract_id)
    return int(counted["contact_count"][0].as_py())


def _check_in_charge(transaction: Transaction, extract_id: str) -> None:
    found = transaction.fetch("snapshot/is_being_staged", extract_id=extract_id)
    if not found["is_being_staged"][0].as_py():
        raise WarehouseUnavailableError(
            "Another attempt to read this list for the same snapshot began meanwhile. What this "
            "one had read was discarded; the other goes on."
        )


def _give_up(warehouse: Warehouse, extract_id: str) -> None:
    """Leave nothing behind. Where even that fails, a later read clears it away."""
    try:
        with warehouse.transaction() as transaction:
            transaction.execute("snapshot/give_up_contacts", extract_id=extract_id)
            transaction.execute("snapshot/give_up_staging", extract_id=extract_id)
    except ListrakSourceError as error:
        log.warning("What was read stays in staging until the list is read again: %s", error)
