"""The diff itself: from contacts that differ to trait changes. Pure, and the only pandas here.

in previous   in staging   user id     change
no            yes          any         add
yes           no           any         remove, with the user id the previous snapshot knew
yes           yes          differs     add, with the new user id (re-identified)
yes           yes          the same    none: only the subscription's date differs
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
import pyarrow as pa

ADD = "add"
REMOVE = "remove"
FIELDS: list[pa.Field[Any]] = [
    pa.field("email", pa.string(), nullable=False),
    pa.field("user_id", pa.string()),
    pa.field("change", pa.string(), nullable=False),
    pa.field("occurred_at", pa.timestamp("us"), nullable=False),
]
CHANGES = pa.schema(FIELDS)


@dataclass(frozen=True)
class Times:
    """What bounds the times of changes, naive UTC. `previous_at`: None for a first snapshot."""

    snapshot_at: datetime
    previous_at: datetime | None
    now: datetime

    @property
    def at_snapshot(self) -> datetime:
        """When a change happened whose own time is not known."""
        return min(self.snapshot_at, self.now)


@dataclass(frozen=True)
class Changes:
    """The changes of some contacts: `rows` has the columns of CHANGES, one row per email."""

    rows: pa.Table
    added: int
    removed: int
    re_identified: int


def trait_changes(differences: pa.Table, times: Times) -> Changes:
    """Return what changed for the contacts in `differences`, in their order.

    `differences`: one row per email, of email, previous_user_id and user_id (strings), in_previous
    and in_staging (bool), subscribed_at and unsubscribed_at (naive UTC timestamps). Any order and
    any split into pieces gives the same changes.
    """
    frame = differences.to_pandas(types_mapper=pd.ArrowDtype)
    added = frame["in_staging"] & ~frame["in_previous"]
    removed = frame["in_previous"] & ~frame["in_staging"]
    re_identified = frame["in_previous"] & frame["in_staging"] & _user_id_differs(frame)
    frame["change"] = pd.Series(ADD, index=frame.index).mask(removed, REMOVE)
    frame["user_id"] = frame["user_id"].mask(removed, frame["previous_user_id"])
    frame["occurred_at"] = _occurred_at(frame, removed, times)
    changed = frame.loc[added | removed | re_identified, CHANGES.names]
    return Changes(
        rows=pa.Table.from_pandas(changed, schema=CHANGES, preserve_index=False),
        added=int(added.sum()),
        removed=int(removed.sum()),
        re_identified=int(re_identified.sum()),
    )


def _user_id_differs(frame: pd.DataFrame) -> pd.Series[bool]:
    """Compare null-safely: none and none are the same, none and some differ."""
    before, after = frame["previous_user_id"], frame["user_id"]
    return (before != after).fillna(value=False) | (before.isna() != after.isna())


def _occurred_at(
    frame: pd.DataFrame, removed: pd.Series[bool], times: Times
) -> pd.Series[pd.Timestamp]:
    """Listrak's own time where it lies between the snapshots and now, else the snapshot's.

    Years-old dates of a first snapshot would be refused by destinations; a date in the future
    would win over everything that follows.
    """
    if times.previous_at is None:
        return pd.Series(times.at_snapshot, index=frame.index)
    own = frame["subscribed_at"].mask(removed, frame["unsubscribed_at"])
    known = own.between(times.previous_at, times.now).fillna(value=False)
    return own.where(known, times.at_snapshot)
