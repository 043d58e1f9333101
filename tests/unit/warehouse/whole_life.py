"""A source's life in steps, as tasks take them: each may be taken again, as a retry does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from listrak.connections import SegmentConnection
from listrak.diff.decide import Unconfirmed, decide
from listrak.diff.guard import Guard
from listrak.diff.let_go import LettingGo, let_go_of_lists
from listrak.diff.rules import Rules
from listrak.errors import MassRemovalError
from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact
from listrak.load.clock import Clock
from listrak.load.send import send_pending
from listrak.report.summary import summarize_run
from listrak.snapshot.confirmations import stage_looked_up, stage_unsubscribes
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import contacts
from tests.unit.diff.deciding import DAY, FIRST, RULES, key, missing, verdicts

Step = Callable[[Warehouse], object]
People = Mapping[str, str | None]
AT_FIRST = {"ann@x": "1", "zoë@x": None, "left@x": "3", "deleted@x": "4", "missed@x": None}
LATER = {"ann@x": "other", "zoë@x": None, "late@x": None}
FORGOTTEN = "zoë@x"
HELD = replace(RULES, guard=Guard(removed_fraction=0, removed_contacts=0))
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Life:
    """What happens to a source. `own`: a contact that no other source has."""

    source: str
    segment: SegmentConnection
    own: str = "own@x"

    def whole(self) -> Iterator[Step]:
        """Yield all steps, the one that concerns every source of a warehouse included."""
        yield from self.steps()
        digest = address_sha256(FORGOTTEN)
        yield lambda warehouse: forget_contact(warehouse, digest, FIRST + 5 * DAY)

    def steps(self) -> Iterator[Step]:
        """Yield the steps of this source alone, in the order in which they have to be taken."""
        yield from self._run(0, {**AT_FIRST, self.own: None})
        yield from self._run(2, LATER)
        yield from self._run(1, LATER, kind=Kind.RECONSTRUCTED)
        yield from self._run(3, {"ann@x": None}, rules=HELD)
        yield self._let_go
        yield lambda warehouse: self._send(warehouse, 4)

    def _run(
        self, day: int, people: People, kind: Kind = Kind.OBSERVED, rules: Rules = RULES
    ) -> Iterator[Step]:
        yield lambda warehouse: self._extract(warehouse, day, people, kind)
        yield lambda warehouse: self._diff(warehouse, day, rules)
        yield lambda warehouse: self._send(warehouse, day)
        yield lambda warehouse: self._report(warehouse, day)

    def _extract(self, warehouse: Warehouse, day: int, people: People, kind: Kind) -> None:
        at = key(day, source=self.source)
        again = contacts(dict(list(people.items())[:1]), FIRST - DAY)
        pieces = [contacts(people), again]
        stage_contacts(warehouse, at, kind, f"run {day}", pieces, lambda: at.snapshot_at + HOUR)

    def _diff(self, warehouse: Warehouse, day: int, rules: Rules) -> None:
        at = key(day, source=self.source)
        with suppress(MassRemovalError):
            while isinstance(
                found := decide(warehouse, at, rules, at.snapshot_at + HOUR), Unconfirmed
            ):
                _confirm(warehouse, found)

    def _send(self, warehouse: Warehouse, day: int) -> None:
        now = FIRST + day * DAY + 2 * HOUR
        clock = Clock(lambda: now, lambda: 0.0, lambda _: None)
        holder = f"{self.source} {day}"
        send_pending(warehouse, self.segment, self.source, holder, f"run {day}", clock)

    def _report(self, warehouse: Warehouse, day: int) -> None:
        at = FIRST + day * DAY
        summarize_run(warehouse, self.source, f"run {day}", at, at + 3 * HOUR)

    def _let_go(self, warehouse: Warehouse) -> None:
        at = FIRST + 4 * DAY
        let_go_of_lists(warehouse, self.source, [], LettingGo(at, "run 4", True), at)


def _confirm(warehouse: Warehouse, unconfirmed: Unconfirmed) -> None:
    """Find out what became of those who are gone: one left, one was missed, others are deleted."""
    extract_id = unconfirmed.extract_id
    if unconfirmed.since:
        left = verdicts(missing("left@x"), "unsubscribed")
        stage_unsubscribes(warehouse, extract_id, unconfirmed.since, [left])
    if unconfirmed.contacts:
        for row in unconfirmed.contacts.to_pylist():
            state = "subscribed" if row["email"] == "missed@x" else "deleted"
            stage_looked_up(warehouse, extract_id, [verdicts(missing(row["email"]), state)])
