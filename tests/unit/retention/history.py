"""Random histories of a list: snapshots in any order, and any of them pruned on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

import pyarrow as pa

from listrak.retention.keep import next_that_stay
from listrak.retention.prune import PRUNED_SNAPSHOTS, Pruned, prune_snapshots
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query, contacts
from tests.unit.diff.deciding import ALLOWED, decide_all, key

DAYS = 30
EMAILS = ("a@x", "b@x", "c@x", "d@x")
State = tuple[str | None, datetime]  # a contact's user id, and when it subscribed
STATES: tuple[State, ...] = (
    (None, datetime(2025, 6, 1)),
    ("1", datetime(2025, 6, 1)),
    (None, datetime(2025, 7, 1)),
)
Contacts = Mapping[str, State]


@dataclass
class History:
    """A list's snapshots. `copies`: each that is not pruned, whole, by its day."""

    warehouse: Warehouse
    query: Query
    chance: Random
    copies: dict[int, Contacts] = field(default_factory=dict)
    pruned: set[int] = field(default_factory=set)

    def go_on(self) -> None:
        """Read the list as of some day, or prune some snapshots."""
        if len(self.copies) > 1 and self.chance.random() < 0.25:
            self.prune(day for day in self.past() if self.chance.random() < 0.5)
        else:
            self.read(self.chance.randrange(DAYS), self._somebody())

    def past(self) -> list[int]:
        return sorted(self.copies)[:-1]

    def read(self, day: int, read: Contacts) -> None:
        """Decide a read, of a day with a snapshot or a pruned one too, which changes nothing."""
        pieces = [contacts({email: user_id}, at) for email, (user_id, at) in read.items()]
        stage_contacts(self.warehouse, key(day), Kind.OBSERVED, "run", [contacts({}), *pieces])
        decide_all(self.warehouse, key(day), ALLOWED)
        if day not in self.pruned | self.copies.keys():
            self.copies[day] = self._expected(day, read)

    def prune(self, days: Iterable[int]) -> Pruned:
        going = set(days)
        moments = [key(day).snapshot_at for day in self.copies]
        rows = [
            {"list_id": 1, "snapshot_at": at, "next_at": next_at}
            for at, next_at in next_that_stay(
                moments, [key(day).snapshot_at for day in going]
            ).items()
        ]
        due = pa.Table.from_pylist(rows, schema=PRUNED_SNAPSHOTS)
        with self.warehouse.transaction() as transaction:
            pruned = prune_snapshots(transaction, "src", due)
        self.pruned |= going
        self.copies = {day: copy for day, copy in self.copies.items() if day not in going}
        return pruned

    def check(self) -> None:
        """Check that all reads as if copied whole, and that nothing is kept that nobody reads."""
        assert self.read_back() == self.copies
        statuses = self.query("select snapshot_at, status from listrak.snapshots order by 1")
        assert [_day(at) for at, status in statuses if status == "pruned"] == sorted(self.pruned)
        assert statuses == [] or statuses[-1][1] == "head"
        self._check_versions()

    def read_back(self) -> dict[int, dict[str, State]]:
        found: dict[int, dict[str, State]] = {day: {} for day in self.copies}
        for at, email, user_id, subscribed_at in self.query(
            "select snapshot_at, email, user_id, subscribed_at from listrak.snapshot_contacts"
        ):
            assert email not in found[_day(at)]
            found[_day(at)][email] = (user_id, subscribed_at)
        return found

    def _check_versions(self) -> None:
        """Each contact is there once for as long as it stays the same."""
        versions = self.query(
            "select email, valid_from, valid_to, user_id, subscribed_at "
            "from listrak.contact_versions order by 1, 2"
        )
        moments = {key(day).snapshot_at for day in self.copies}
        for email, begin, end, *state in versions:
            assert {begin, end} <= moments | {None}
            assert end is None or begin < end
            assert [email, end, *state] not in [
                [other, other_begin, *others] for other, other_begin, _, *others in versions
            ]

    def _expected(self, day: int, read: Contacts) -> Contacts:
        """The read; but what both neighbours say of a contact they know better than a read."""
        before = max((other for other in self.copies if other < day), default=None)
        after = min((other for other in self.copies if other > day), default=None)
        if before is None or after is None:
            return read
        earlier, later = self.copies[before], self.copies[after]
        both = earlier.keys() & later.keys()
        known = {
            email: earlier[email]
            for email in both
            if earlier[email] == later[email]
            or (email not in read and earlier[email][1] == later[email][1])
        }
        return {**read, **known}

    def _somebody(self) -> Contacts:
        """Return a read. Few states, so that contacts often change and change back."""
        here = [email for email in EMAILS if self.chance.random() < 0.8]
        return {email: self.chance.choice(STATES) for email in here}


def _day(at: datetime) -> int:
    return (at - key(0).snapshot_at) // timedelta(days=1)
