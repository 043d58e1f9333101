"""Sources that left the sources file with changes still to send: nobody sends them any more."""

from __future__ import annotations

import logging
from collections.abc import Collection

from listrak.warehouse.warehouse import Warehouse

log = logging.getLogger(__name__)


def warn_of_gone_sources(warehouse: Warehouse, known: Collection[str]) -> dict[str, int]:
    """Say which sources not in `known` have pending changes; return how many, by source."""
    with warehouse.transaction() as transaction:
        rows = transaction.fetch("report/find_pending_sources").to_pylist()
    gone = {row["source"]: row["pending"] for row in rows if row["source"] not in known}
    for source, pending in gone.items():
        log.warning(
            "The warehouse has %d pending changes of source %s, which is not in the sources file, "
            "or has a mistake there: nobody sends them. Put it back to send them, or see "
            "docs/promises.md, `When the warehouse contradicts itself`, to let them go.",
            pending,
            source,
        )
    return gone
