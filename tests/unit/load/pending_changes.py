"""Trait changes as the diff leaves them, and what Segment makes of the calls they become."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import pyarrow as pa

from listrak.warehouse.warehouse import Warehouse
from tests.unit.load.scripted_segment import Sent

SOURCE = "Listrak_Test"
FIRST = datetime(2026, 1, 1, 12)

Traits = dict[str, dict[str, bool]]


@dataclass(frozen=True)
class Change:
    """A row of trait_changes; `day` counts the list's snapshots."""

    email: str
    change: Literal["add", "remove"] = "add"
    list_id: int = 1
    day: int = 0
    user_id: str | None = None
    status: str = "pending"
    message_id: str | None = None

    @property
    def at(self) -> datetime:
        return FIRST + timedelta(days=self.day)


def add_changes(warehouse: Warehouse, changes: Iterable[Change], source: str = SOURCE) -> None:
    rows = [
        {
            **{key: value for key, value in asdict(change).items() if key != "day"},
            "source": source,
            "trait": f"Listrak_list_{change.list_id}",
            "snapshot_at": change.at,
            "occurred_at": change.at,
            "decided_at": change.at,
        }
        for change in changes
    ]
    with warehouse.transaction() as transaction:
        transaction.insert("trait_changes", pa.Table.from_pylist(rows, schema=pa.schema(ROWS)))


ROWS: dict[str, pa.DataType] = {
    "source": pa.string(),
    "list_id": pa.int64(),
    "snapshot_at": pa.timestamp("us"),
    "email": pa.string(),
    "user_id": pa.string(),
    "change": pa.string(),
    "trait": pa.string(),
    "occurred_at": pa.timestamp("us"),
    "status": pa.string(),
    "message_id": pa.string(),
    "decided_at": pa.timestamp("us"),
}


def many(count: int, like: Change) -> list[Change]:
    return [replace(like, email=f"contact{number:05d}@example.com") for number in range(count)]


def by_arrival(accepted: Iterable[Sent]) -> Traits:
    """The traits that are true when calls count in the order in which they came first."""
    return _applied({event["messageId"]: event for event in reversed(list(accepted))}, None)


def by_timestamp(accepted: Iterable[Sent]) -> Traits:
    """The traits that are true when the latest timestamp counts."""
    return _applied({event["messageId"]: event for event in accepted}, "timestamp")


def _applied(events: dict[str, Sent], order: str | None) -> Traits:
    ordered = sorted(events.values(), key=lambda event: str(event[order])) if order else None
    profiles: Traits = {}
    for event in ordered or reversed(list(events.values())):
        profile = profiles.setdefault(event["anonymousId"], {})
        for trait, value in event["traits"].items():
            if value is None:
                profile.pop(trait, None)
            elif trait != "email":
                profile[trait] = value
    return {address: profile for address, profile in profiles.items() if profile}
