"""Decide a snapshot: diff it against the head, keep it, and note the changes as pending.

All of it is one transaction, which succeeds only if the head is still the one diffed against
(compare and swap). So two runs at once cannot both decide, and a crash leaves the old head.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import pyarrow as pa

from listrak.diff.changes import Changes, Times, trait_changes
from listrak.errors import NotCurrentError, WarehouseUnavailableError
from listrak.warehouse.warehouse import Parameter, Transaction, Warehouse

PIECE = 50_000


@dataclass(frozen=True)
class Candidate:
    """A staged read to decide: of which list and moment (naive UTC), and the trait it is about."""

    source: str
    list_id: int
    snapshot_at: datetime
    trait: str


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


def decide(warehouse: Warehouse, candidate: Candidate, now: datetime) -> Decision | None:
    """Make a staged read the head of its list and return what it changed.

    A snapshot that was decided before is left as it is and its decision returned. None: nothing of
    this moment is staged. Raises NotCurrentError when the head is newer; nothing is kept then.
    """
    with warehouse.transaction() as transaction:
        decision = _decided(transaction, candidate)
        staged = _staged(transaction, candidate)
        head_at = _head_at(transaction, candidate)
        is_behind = head_at is not None and head_at >= candidate.snapshot_at
        if staged and not decision and not is_behind:
            times = Times(candidate.snapshot_at, head_at, now)
            decision = _decide_staged(transaction, candidate, staged, times)
        if staged:
            _clear_staging(transaction, staged)
    if is_behind and not decision:
        raise NotCurrentError(
            f"List {candidate.list_id}: the snapshot of {candidate.snapshot_at} is behind the "
            f"newest one, of {head_at}. Nothing was kept or sent: Segment has the newer state."
        )
    return decision


def _decide_staged(
    transaction: Transaction, candidate: Candidate, staged: Staged, times: Times
) -> Decision:
    count = _find_differences(transaction, candidate, staged)
    decision = Decision(candidate.list_id, staged.contact_count, 0, 0, 0)
    for after in range(0, count, PIECE):
        piece = transaction.fetch("diff/fetch_differences", after=after, up_to=after + PIECE)
        changes = trait_changes(piece, times)
        _add_changes(transaction, changes.rows, candidate, times)
        decision = decision.plus(changes)
    _keep_versions(transaction, candidate)
    _move_head(transaction, candidate, staged, times, decision)
    return decision


def _find_differences(transaction: Transaction, candidate: Candidate, staged: Staged) -> int:
    transaction.execute("diff/create_differences")
    return transaction.execute(
        "diff/find_differences",
        source=candidate.source,
        list_id=candidate.list_id,
        extract_id=staged.extract_id,
    )


def _add_changes(
    transaction: Transaction, rows: pa.Table, candidate: Candidate, times: Times
) -> None:
    transaction.lend("changes", rows)
    transaction.execute(
        "diff/add_changes",
        source=candidate.source,
        list_id=candidate.list_id,
        snapshot_at=candidate.snapshot_at,
        trait=candidate.trait,
        decided_at=times.now,
    )


def _keep_versions(transaction: Transaction, candidate: Candidate) -> None:
    for statement in ("diff/close_versions", "diff/open_versions"):
        transaction.execute(
            statement,
            source=candidate.source,
            list_id=candidate.list_id,
            snapshot_at=candidate.snapshot_at,
        )


def _move_head(
    transaction: Transaction,
    candidate: Candidate,
    staged: Staged,
    times: Times,
    decision: Decision,
) -> None:
    key: dict[str, Parameter] = {"source": candidate.source, "list_id": candidate.list_id}
    moved = transaction.execute("diff/demote_head", **key, head_at=times.head_at)
    if moved != (times.head_at is not None):
        raise WarehouseUnavailableError(
            f"List {candidate.list_id}: another run decided a snapshot meanwhile. Nothing of this "
            "one was kept; the task tries again."
        )
    transaction.execute(
        "diff/add_head",
        **key,
        snapshot_at=candidate.snapshot_at,
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


def _decided(transaction: Transaction, candidate: Candidate) -> Decision | None:
    rows = _fetch(transaction, "snapshot/find_snapshot", candidate)
    return Decision(candidate.list_id, *rows[0].values()) if rows else None


def _staged(transaction: Transaction, candidate: Candidate) -> Staged | None:
    rows = _fetch(transaction, "diff/find_staged_snapshot", candidate)
    return Staged(**rows[0]) if rows else None


def _head_at(transaction: Transaction, candidate: Candidate) -> datetime | None:
    rows = transaction.fetch(
        "snapshot/find_head", source=candidate.source, list_id=candidate.list_id
    )
    return cast("datetime", rows["snapshot_at"][0].as_py()) if rows.num_rows else None


def _fetch(transaction: Transaction, statement: str, candidate: Candidate) -> list[dict[str, Any]]:
    rows = transaction.fetch(
        statement,
        source=candidate.source,
        list_id=candidate.list_id,
        snapshot_at=candidate.snapshot_at,
    )
    return rows.to_pylist()
