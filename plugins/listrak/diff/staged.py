"""The read that is to be decided, and how it differs from the snapshot before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from listrak.diff.guard import Removals
from listrak.diff.place import Place
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Transaction


@dataclass(frozen=True)
class Staged:
    """A complete read.

    `read_count`: contacts as its pages had them; `contact_count`: with those that were found still
    subscribed since.
    """

    extract_id: str
    run_id: str
    kind: str
    extracted_at: datetime
    unsubscribes_since: datetime | None
    looked_up: int
    read_count: int
    contact_count: int

    def knows_unsubscribes_since(self, moment: datetime) -> bool:
        """Whether everybody who unsubscribed since `moment` was read."""
        return self.unsubscribes_since is not None and self.unsubscribes_since <= moment


@dataclass(frozen=True)
class Differences:
    """How many contacts differ, and what is known of those that are gone."""

    differing: int
    removed: int
    missing: int
    unconfirmed: int

    def removals(self, place: Place, staged: Staged) -> Removals:
        """Return what the guard looks at."""
        return Removals(
            previous_count=place.count,
            read_count=staged.read_count,
            removed=self.removed,
            missing=self.missing,
            unconfirmed=self.unconfirmed,
        )


def find_staged(transaction: Transaction, key: SnapshotKey) -> Staged | None:
    """Return the snapshot's complete read, if there is one."""
    rows = transaction.fetch("diff/find_staged_snapshot", **key.parameters).to_pylist()
    return Staged(**rows[0]) if rows else None


def keep_standing(
    transaction: Transaction, key: SnapshotKey, staged: Staged, place: Place
) -> Staged:
    """Keep in a reconstructed snapshot who is not known to have left; return the read as it is."""
    if staged.kind != "reconstructed" or place.previous_at is None:
        return staged
    kept = transaction.execute(
        "diff/keep_standing",
        **key.of_list,
        extract_id=staged.extract_id,
        previous_at=place.previous_at,
    )
    return replace(staged, contact_count=staged.contact_count + kept)


def find_differences(
    transaction: Transaction, key: SnapshotKey, staged: Staged, place: Place
) -> Differences:
    """Fill the temporary table `differences` and count it."""
    transaction.execute("diff/create_differences")
    transaction.execute(
        "diff/find_differences", **key.of_list, extract_id=staged.extract_id, **place.parameters
    )
    [counts] = transaction.fetch("diff/count_differences").to_pylist()
    return Differences(**counts)


def clear_staging(transaction: Transaction, staged: Staged) -> None:
    """Remove a read that is decided."""
    for statement in ("snapshot/give_up_contacts", "snapshot/give_up_staging"):
        transaction.execute(statement, extract_id=staged.extract_id)
