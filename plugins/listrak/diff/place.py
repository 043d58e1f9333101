"""Where a snapshot falls among those of its list that are decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from listrak.errors import WarehouseRefusedError
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Transaction

REPAIR = "docs/promises.md, `When the warehouse contradicts itself`, has the way out"


@dataclass(frozen=True)
class Place:
    """The snapshots around one; None where there is none.

    `count` and `trait` are the previous snapshot's; its trait is None where it is not known.
    """

    previous_at: datetime | None = None
    next_at: datetime | None = None
    count: int = 0
    trait: str | None = None

    @property
    def is_ahead(self) -> bool:
        """Whether the snapshot becomes its list's head."""
        return self.next_at is None

    @property
    def parameters(self) -> dict[str, datetime | None]:
        """The parameters of a statement about the place."""
        return {"previous_at": self.previous_at, "next_at": self.next_at}


def find_place(transaction: Transaction, key: SnapshotKey) -> Place:
    """Return where a snapshot falls.

    Raises WarehouseRefusedError where the list has snapshots or contacts but no head: another
    program's doing, which nothing is built upon.
    """
    [times] = transaction.fetch("diff/find_place", **key.parameters).to_pylist()
    if times["previous_at"] is None:
        if times["next_at"] is None:
            _check_empty(transaction, key)
        return Place(**times)
    [previous] = transaction.fetch(
        "diff/find_previous", **key.of_list, previous_at=times["previous_at"]
    ).to_pylist()
    if times["next_at"] is None and previous["status"] != "head":
        raise WarehouseRefusedError(
            f"List {key.list_id} of source {key.source}: its newest snapshot, of "
            f"{times['previous_at']}, is not marked as the head. Nothing was decided. {REPAIR}."
        )
    return Place(**times, count=previous["contact_count"], trait=previous["trait"])


def _check_empty(transaction: Transaction, key: SnapshotKey) -> None:
    found = transaction.fetch("diff/has_contacts", **key.of_list)
    if found["has_contacts"][0].as_py():
        raise WarehouseRefusedError(
            f"List {key.list_id} of source {key.source} has contacts in contact_versions but no "
            f"snapshot that holds them. Nothing was decided. {REPAIR}."
        )
