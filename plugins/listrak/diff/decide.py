"""Decide a snapshot: diff it against the head, keep it, and note the changes as pending.

All of it is one transaction, which succeeds only if the head is still the one diffed against
(compare and swap). So two runs at once cannot both decide, and a crash leaves the old head.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from listrak.diff.changes import Changes, Times, trait_changes
from listrak.errors import NotCurrentError, WarehouseUnavailableError
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Transaction, Warehouse

PIECE = 50_000


@dataclass(frozen=True)
class Decision:
    """What a decided snapshot holds and changed; counts of contacts."""

    list_id: int
    extracted: int
    added: int
    removed: int
    re_identified: int

    def plus(self, changes: Changes) -> Decision:
        """Return the decision with the counts of another piece of changes."""
        return replace(
            self,
            added=self.added + changes.added,
            removed=self.removed + changes.removed,
            re_identified=self.re_identified + changes.re_identified,
        )


@dataclass(frozen=True)
class Staged:
    """The complete read that is to be decided."""

    extract_id: str
    run_id: str
    extracted_at: datetime
    contact_count: int


def decide(warehouse: Warehouse, key: SnapshotKey, trait: str, now: datetime) -> Decision | None:
    """Make a staged read the head of its list and return what it changed.

    `trait`: the name of the trait that says an address is subscribed to the list. A snapshot that
    was decided before is left as it is and its decision returned. None: nothing of this moment is
    staged. Raises NotCurrentError when the head is newer; nothing is kept then.
    """
    with warehouse.transaction() as transaction:
        decision = _decided(transaction, key)
        staged = _staged(transaction, key)
        head_at = _head_at(transaction, key)
        is_behind = head_at is not None and head_at >= key.snapshot_at
        if staged and not decision and not is_behind:
            times = Times(key.snapshot_at, head_at, now)
            decision = _decide_staged(transaction, key, trait, staged, times)
        if staged:
            _clear_staging(transaction, staged)
    if is_behind and not decision:
        raise NotCurrentError(
            f"List {key.list_id}: the snapshot of {key.snapshot_at} is behind the "
            f"newest one, of {head_at}. Nothing was kept or sent: Segment has the newer state."
        )
    return decision


def _decide_staged(
    transaction: Transaction, key: SnapshotKey, trait: str, staged: Staged, times: Times
) -> Decision:
    count = _find_differences(transaction, key, staged)
    decision = Decision(key.list_id, staged.contact_count, 0, 0, 0)
    for after in range(0, count, PIECE):
        piece = transaction.fetch("diff/fetch_differences", after=after, up_to=after + PIECE)
        changes = trait_changes(piece, times)
        transaction.lend("changes", changes.rows)
        transaction.execute("diff/add_changes", **key.parameters, trait=trait, decided_at=times.now)
        decision = decision.plus(changes)
    for statement in ("diff/close_versions", "diff/open_versions"):
        transaction.execute(statement, **key.parameters)
    _move_head(transaction, key, staged, times, decision)
    return decision


def _find_differences(transaction: Transaction, key: SnapshotKey, staged: Staged) -> int:
    transaction.execute("diff/create_differences")
    return transaction.execute("diff/find_differences", **key.of_list, extract_id=staged.extract_id)


def _move_head(
    transaction: Transaction, key: SnapshotKey, staged: Staged, times: Times, decision: Decision
) -> None:
    moved = transaction.execute("diff/demote_head", **key.of_list, head_at=times.head_at)
    if moved != (times.head_at is not None):
        raise WarehouseUnavailableError(
            f"List {key.list_id}: another run decided a snapshot meanwhile. Nothing of this one "
            "was kept; the task tries again."
        )
    transaction.execute(
        "diff/add_head",
        **key.parameters,
        contact_count=decision.extracted,
        added_count=decision.added,
        removed_count=decision.removed,
        re_identified_count=decision.re_identified,
        head_at=times.head_at,
        run_id=staged.run_id,
        extracted_at=staged.extracted_at,
    )


def _clear_staging(transaction: Transaction, staged: Staged) -> None:
    for statement in ("snapshot/give_up_contacts", "snapshot/give_up_staging"):
        transaction.execute(statement, extract_id=staged.extract_id)


def _decided(transaction: Transaction, key: SnapshotKey) -> Decision | None:
    rows = transaction.fetch("snapshot/find_snapshot", **key.parameters).to_pylist()
    return Decision(key.list_id, *rows[0].values()) if rows else None


def _staged(transaction: Transaction, key: SnapshotKey) -> Staged | None:
    rows = transaction.fetch("diff/find_staged_snapshot", **key.parameters).to_pylist()
    return Staged(**rows[0]) if rows else None


def _head_at(transaction: Transaction, key: SnapshotKey) -> datetime | None:
    rows = transaction.fetch("snapshot/find_head", **key.of_list).to_pylist()
    return rows[0]["snapshot_at"] if rows else None
