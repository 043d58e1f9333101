"""What became of calls, gathered from the threads that post and written down wave by wave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import pyarrow as pa

from listrak.load.lease import Lease
from listrak.warehouse.warehouse import Warehouse

RECEIPTS: dict[str, pa.DataType] = {
    "message_id": pa.string(),
    "status": pa.string(),
    "http_status": pa.int32(),
    "error": pa.string(),
    "attempts": pa.int32(),
    "sent_at": pa.timestamp("us"),
}


@dataclass(frozen=True)
class Receipt:
    """What became of some calls. `attempts`: posts they were in; 0 when refused before any."""

    message_ids: tuple[str, ...]
    status: Literal["sent", "rejected"]
    attempts: int
    http_status: int | None = None
    error: str | None = None
    sent_at: datetime | None = None


@dataclass
class Receipts:
    """The receipts of a wave; appended to by several threads."""

    given: list[Receipt] = field(default_factory=list)

    @property
    def has_sent(self) -> bool:
        """Whether Segment accepted anything."""
        return any(receipt.status == "sent" for receipt in self.given)


def record(warehouse: Warehouse, lease: Lease, run_id: str, receipts: Iterable[Receipt]) -> None:
    """Write receipts down, for calls and their changes alike, in one transaction.

    Raises LoadLeaseHeldError, and writes nothing, when another load took over.
    """
    rows = [row for receipt in receipts for row in _rows(receipt)]
    with warehouse.transaction() as transaction:
        lease.renew(transaction)
        if rows:
            transaction.lend("receipts", pa.Table.from_pylist(rows, schema=pa.schema(RECEIPTS)))
            transaction.execute("load/receipt_calls", source=lease.source, run_id=run_id)
            transaction.execute("load/receipt_changes", source=lease.source)


def _rows(receipt: Receipt) -> Iterable[dict[str, object]]:
    for message_id in receipt.message_ids:
        yield {
            "message_id": message_id,
            "status": receipt.status,
            "http_status": receipt.http_status,
            "error": receipt.error,
            "attempts": receipt.attempts,
            "sent_at": receipt.sent_at,
        }
