"""Reads the planned calls that wait for Segment's answer."""

from __future__ import annotations

from collections.abc import Iterator

from listrak.load.identify import IdentifyCall
from listrak.warehouse.warehouse import Warehouse


def count_pending(warehouse: Warehouse, source: str) -> int:
    """Return how many calls of `source` wait."""
    with warehouse.transaction() as transaction:
        rows = transaction.fetch("load/count_pending_calls", source=source)
    return int(rows["pending"][0].as_py())


def pages(
    warehouse: Warehouse, source: str, at_most: int, *, removals: bool
) -> Iterator[list[IdentifyCall]]:
    """Yield the waiting calls with a removal, or those without, by address; addresses whole.

    Each page is read when it is asked for, so that answers written down meanwhile count.
    """
    after: str | None = None
    while calls := _next_page(warehouse, source, at_most, removals, after):
        yield calls
        if len(calls) < at_most:
            return
        after = calls[-1].anonymous_id


def _next_page(
    warehouse: Warehouse, source: str, at_most: int, removals: bool, after: str | None
) -> list[IdentifyCall]:
    with warehouse.transaction() as transaction:
        rows = transaction.fetch(
            "load/find_pending_calls",
            source=source,
            at_most=at_most,
            removals=removals,
            after=after,
        )
    return [IdentifyCall(**row) for row in rows.to_pylist()]
