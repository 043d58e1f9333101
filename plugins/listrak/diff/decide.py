"""Decide a snapshot: diff it against the one before, keep it, and note what it changed.

All of it is one transaction, which sees the list's snapshots as they are then: ahead of the head
the snapshot becomes the new head and its changes are pending; between others it is put in its
place, its changes are historical, and no other snapshot reads differently.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from listrak.diff.changes import Times
from listrak.diff.decision import Decision, Diffed, Status, write_decision
from listrak.diff.guard import lookups_due, reason_to_hold
from listrak.diff.place import Place, find_place
from listrak.diff.rules import Rules
from listrak.diff.staged import (
    Differences,
    Staged,
    clear_staging,
    find_differences,
    find_staged,
    keep_standing,
)
from listrak.errors import MassRemovalError
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Transaction, Warehouse

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unconfirmed:
    """Contacts are gone from a read: find out about them first, then decide again.

    `since`: stage who unsubscribed since then (naive UTC). Otherwise `contacts` (email and
    email_key) are to be looked up one by one.
    """

    extract_id: str
    kind: str
    since: datetime | None = None
    contacts: pa.Table | None = None


def decide(
    warehouse: Warehouse, key: SnapshotKey, rules: Rules, now: datetime
) -> Decision | Unconfirmed | None:
    """Decide a staged read and return what it changed, or what has to be found out before.

    A snapshot that was decided before is left as it is and its decision returned. None: nothing of
    this moment is staged. Raises MassRemovalError where the guard holds the snapshot: its changes
    are written down as `held`, the head stays. Raises WarehouseUnavailableError where another run
    moved the head meanwhile, WarehouseRefusedError where the warehouse contradicts itself.
    """
    with warehouse.transaction() as transaction:
        staged = find_staged(transaction, key)
        decided = _decided(transaction, key)
        if staged and not decided:
            outcome, reason = _decide_staged(transaction, key, rules, staged, now)
        else:
            outcome, reason = decided, _still_held(transaction, key)
            if staged:
                clear_staging(transaction, staged)
    if reason and not rules.asked.dry_run:
        raise MassRemovalError(_held_message(key, reason))
    return outcome


def _decide_staged(
    transaction: Transaction, key: SnapshotKey, rules: Rules, staged: Staged, now: datetime
) -> tuple[Decision | Unconfirmed | None, str | None]:
    """Return what came of it, and why the snapshot is held, if it is."""
    place = find_place(transaction, key)
    _warn_of_other_sources(transaction, key, place)
    staged = keep_standing(transaction, key, staged, place)
    differences = find_differences(transaction, key, staged, place)
    unconfirmed = _unconfirmed(transaction, rules, staged, place, differences)
    if unconfirmed:
        return unconfirmed, None
    reason = None
    if place.is_ahead and not rules.asked.allow_mass_removal:
        reason = reason_to_hold(differences.removals(place, staged), rules.guard)
    if reason and rules.asked.dry_run:
        log.warning("List %s: %s. A run that is no dry run holds its changes", key.list_id, reason)
    times = Times(key.snapshot_at, place.previous_at, now)
    diffed = Diffed(key, rules, staged, place, times, differences.differing)
    decision = write_decision(transaction, diffed, _status(rules, place, reason))
    clear_staging(transaction, staged)
    return decision, reason


def _unconfirmed(
    transaction: Transaction, rules: Rules, staged: Staged, place: Place, differences: Differences
) -> Unconfirmed | None:
    removals = differences.removals(place, staged)
    reads_empty = not staged.read_count and not rules.asked.allow_mass_removal
    if not differences.missing or place.previous_at is None or reads_empty:
        return None
    if not staged.knows_unsubscribes_since(place.previous_at):
        return Unconfirmed(staged.extract_id, staged.kind, since=place.previous_at)
    at_most = lookups_due(removals, staged.looked_up, rules.guard)
    if not at_most:
        return None
    contacts = transaction.fetch("diff/fetch_missing", at_most=at_most)
    return Unconfirmed(staged.extract_id, staged.kind, contacts=contacts)


def _status(rules: Rules, place: Place, reason: str | None) -> Status:
    if rules.asked.dry_run:
        return Status.DRY_RUN
    if reason:
        return Status.HELD
    return Status.HEAD if place.is_ahead else Status.PAST


def _still_held(transaction: Transaction, key: SnapshotKey) -> str | None:
    held = transaction.fetch("diff/find_held_snapshot", **key.parameters).num_rows
    return "an earlier try of this run found too many contacts gone" if held else None


def _decided(transaction: Transaction, key: SnapshotKey) -> Decision | None:
    rows = transaction.fetch("snapshot/find_snapshot", **key.parameters).to_pylist()
    if not rows:
        return None
    status, *counts = rows[0].values()
    return Decision(key.list_id, Status(status), *counts)


def _warn_of_other_sources(transaction: Transaction, key: SnapshotKey, place: Place) -> None:
    if place.previous_at or place.next_at:
        return
    others = transaction.fetch("diff/find_other_sources", **key.of_list).to_pydict()
    if others["other_source"]:
        log.warning(
            "List %s is new to source %s, so all of it is going to be sent. The warehouse knows "
            "the list under another source: %s. If that was this one's name before, it was "
            "renamed; to take up its history, give it the old name back before this run sends.",
            key.list_id,
            key.source,
            ", ".join(others["other_source"]),
        )


def _held_message(key: SnapshotKey, reason: str) -> str:
    return (
        f"List {key.list_id}: {reason}. This list's changes are held: nothing of them is sent and "
        "its newest snapshot stays the head; other lists go on. If Listrak was at fault, the next "
        "run that finds the contacts again clears this. If they are really gone, trigger the DAG "
        'with {"allow_mass_removal": true}; if that is usual here, raise the source\'s `guard`.'
    )
