"""Step 1 of a load: changes that a later one made moot are never sent."""

from __future__ import annotations

from listrak.warehouse.warehouse import Transaction


def supersede(transaction: Transaction, source: str) -> int:
    """Mark moot changes `superseded`, and return how many.

    For each list, contact and trait the latest snapshot decides. A planned call that carries a moot
    change is superseded with it; the other changes it carries are planned again.
    """
    changes = transaction.execute("load/supersede_changes", source=source)
    transaction.execute("load/supersede_calls", source=source)
    transaction.execute("load/replan_changes", source=source)
    return changes
