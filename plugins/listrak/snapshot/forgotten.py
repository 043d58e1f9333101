"""Forgotten contacts, who come back only by a subscription made after that."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

import pyarrow as pa

from listrak.warehouse.warehouse import Transaction


def without_forgotten(transaction: Transaction, piece: pa.Table) -> pa.Table:
    """Return the rows of a read (email, subscribed_at) but for those of forgotten contacts.

    For the transaction that writes them: a task may die after any, and the address would stay.
    """
    rows = transaction.fetch("snapshot/find_forgotten").to_pylist()
    forgotten = {row["address_sha256"]: row["forgotten_at"] for row in rows}
    if not forgotten:
        return piece
    contacts = piece.select(["email", "subscribed_at"]).to_pylist()
    counts = [not _is_forgotten(forgotten, **contact) for contact in contacts]
    return piece.filter(pa.array(counts, pa.bool_()))


def _is_forgotten(
    forgotten: Mapping[str, datetime], email: str, subscribed_at: datetime | None
) -> bool:
    at = forgotten.get(hashlib.sha256(email.encode()).hexdigest())
    return at is not None and (subscribed_at is None or subscribed_at <= at)
