"""Writing a decided snapshot down: its changes, its versions, its row."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import Enum

from listrak.diff.changes import Changes, Times, trait_changes
from listrak.diff.place import Place
from listrak.diff.rules import Rules
from listrak.diff.staged import Staged
from listrak.errors import WarehouseUnavailableError
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Parameter, Transaction

PIECE = 50_000


class Status(Enum):
    """What became of a snapshot; the values are `snapshots.status`, but for a dry run's.

    PRUNED is what retention made of a past one, long after it was decided.
    """

    HEAD = "head"
    PAST = "past"
    HELD = "held"
    PRUNED = "pruned"
    DRY_RUN = "dry_run"

    @property
    def of_changes(self) -> str:
        """The status of the snapshot's changes."""
        return {Status.HEAD: "pending", Status.PAST: "historical"}.get(self, self.value)


@dataclass(frozen=True)
class Decision:
    """What a snapshot holds and changed; counts of contacts.

    told: changes of traits that were noted, those of contacts that are told again included; None
    where an earlier try noted them.
    """

    list_id: int
    status: Status
    extracted: int
    added: int = 0
    removed: int = 0
    re_identified: int = 0
    told: int | None = None

    @property
    def counts(self) -> dict[str, int | str | None]:
        """What a log and an XCom say of it."""
        counts = asdict(self) | {"status": self.status.value}
        del counts["list_id"]
        return counts

    def plus(self, changes: Changes) -> Decision:
        """Return the decision with the counts of another piece of changes."""
        return replace(
            self,
            added=self.added + changes.added,
            removed=self.removed + changes.removed,
            re_identified=self.re_identified + changes.re_identified,
            told=(self.told or 0) + changes.rows.num_rows,
        )


@dataclass(frozen=True)
class Diffed:
    """A read beside the snapshot before: all that is needed to write a decision down."""

    key: SnapshotKey
    rules: Rules
    staged: Staged
    place: Place
    times: Times
    differing: int

    def noted(self, status: Status) -> dict[str, Parameter]:
        """Return the parameters of a statement that notes changes."""
        return {
            **self.key.parameters,
            "trait": self.rules.trait,
            "status": status.of_changes,
            "decided_at": self.times.now,
        }


def write_decision(transaction: Transaction, diffed: Diffed, status: Status) -> Decision:
    """Note the changes, and, unless it is a dry run, keep the snapshot; return the decision.

    Raises WarehouseUnavailableError where another run moved the head meanwhile.
    """
    transaction.execute("diff/forget_dry_runs", **diffed.key.of_list)
    if status is not Status.DRY_RUN:
        transaction.execute("diff/forget_held_changes", **diffed.key.parameters)
        transaction.execute("diff/forget_held_snapshot", **diffed.key.parameters)
    decision = _note_changes(transaction, diffed, status)
    if diffed.place.is_ahead and status in (Status.HEAD, Status.DRY_RUN):
        again = _note_whole(transaction, diffed, status)
        decision = replace(decision, told=(decision.told or 0) + again)
    if status in (Status.HEAD, Status.PAST):
        _keep_versions(transaction, diffed)
    if status is Status.PAST:
        counted = transaction.fetch("diff/count_contacts", **diffed.key.parameters)
        decision = replace(decision, extracted=counted["contact_count"][0].as_py())
    if status is Status.HEAD:
        _demote_head(transaction, diffed)
    if status in (Status.HEAD, Status.HELD):
        transaction.execute("diff/supersede_held_changes", **diffed.key.parameters)
    if status is not Status.DRY_RUN:
        _add_snapshot(transaction, diffed, decision)
    return decision


def _note_changes(transaction: Transaction, diffed: Diffed, status: Status) -> Decision:
    decision = Decision(diffed.key.list_id, status, diffed.staged.contact_count, told=0)
    for after in range(0, diffed.differing, PIECE):
        piece = transaction.fetch("diff/fetch_differences", after=after, up_to=after + PIECE)
        changes = trait_changes(piece, diffed.times)
        transaction.lend("changes", changes.rows)
        transaction.execute("diff/add_changes", **diffed.noted(status))
        decision = decision.plus(changes)
    return decision


def _note_whole(transaction: Transaction, diffed: Diffed, status: Status) -> int:
    """Note what is told again: all of it in a full resync or when the trait has another name.

    Returns how many changes.
    """
    told = 0
    renamed = diffed.place.trait not in (None, diffed.rules.trait)
    noted = {**diffed.noted(status), "occurred_at": diffed.times.at_snapshot}
    read = {"extract_id": diffed.staged.extract_id}
    if diffed.rules.asked.full_resync or renamed:
        told += transaction.execute("diff/add_standing_changes", **noted, **read)
    if diffed.rules.asked.full_resync:
        told += transaction.execute("diff/add_resync_removals", **noted, **read)
    if renamed:
        told += transaction.execute("diff/add_other_removals", **noted)
    return told


def _keep_versions(transaction: Transaction, diffed: Diffed) -> None:
    key, next_at = diffed.key, diffed.place.next_at
    transaction.execute("diff/close_versions", **key.parameters)
    if next_at:
        transaction.execute("diff/extend_versions", **key.parameters, next_at=next_at)
    transaction.execute("diff/open_versions", **key.parameters, next_at=next_at)


def _demote_head(transaction: Transaction, diffed: Diffed) -> None:
    """Compare and swap: the head must still be the one that was diffed against."""
    head_at = diffed.place.previous_at
    moved = transaction.execute("diff/demote_head", **diffed.key.of_list, head_at=head_at)
    if moved != (head_at is not None):
        raise WarehouseUnavailableError(
            f"List {diffed.key.list_id}: another run decided a snapshot meanwhile. Nothing of this "
            "one was kept; the task tries again."
        )


def _add_snapshot(transaction: Transaction, diffed: Diffed, decision: Decision) -> None:
    transaction.execute(
        "diff/add_snapshot",
        **diffed.key.parameters,
        kind=diffed.staged.kind,
        status=decision.status.value,
        contact_count=decision.extracted,
        added_count=decision.added,
        removed_count=decision.removed,
        re_identified_count=decision.re_identified,
        previous_at=diffed.place.previous_at,
        run_id=diffed.staged.run_id,
        extracted_at=diffed.staged.extracted_at,
        trait=diffed.rules.trait,
    )
