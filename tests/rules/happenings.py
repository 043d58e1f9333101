"""What may happen to an account and its runs, in any order.

Everything is real but the two doors: stages, DuckDB or PostgreSQL, HTTP. Runs go on side by side,
one transaction at a time, in any interleaving; processes die before and after commits; Segment
fails in every way.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from listrak.diff.rules import Asked
from listrak.retention.keep import Keep
from listrak.retention.prune import prune
from listrak.snapshot.moment import Moment
from sandbox.faults import Fault
from sandbox.resources import Quirks
from tests.rules.runs import LISTS, SOURCE, Account, Run
from tests.rules.stepped import Step

HOUR = timedelta(hours=1)
ADDRESSES = ("ann@x.example", "Bob+1@X.example", "o'neil&zoë@x.example")
NAMES = ("Carl@old.example", " Carl@new.example")  # of one contact, in turn
ALWAYS = "always@x.example"  # a list that reads empty is another test's

lists = st.sampled_from(sorted(LISTS))
addresses = st.sampled_from(ADDRESSES)
whole = st.booleans()
rarely = st.sampled_from([False, False, False, True])
some = st.lists(addresses, min_size=1, max_size=3, unique=True)
faults = st.sampled_from(
    [
        Fault("status", path="/v1/batch", status=500),
        Fault("status", path="/v1/batch", status=429, retry_after=1),
        Fault("status", path="/v1/batch", status=403),
        Fault("reset", path="/v1/batch"),
        Fault("reset_after", path="/v1/batch"),
        Fault("status", path="/v1/batch", status=503, times=20),
        Fault("truncated", path="/v1/batch"),
    ]
)
Row = tuple[Any, ...]


class Happenings(RuleBasedStateMachine):
    """An account, its runs, and all that may happen to them."""

    def __init__(self, account: Account | None = None) -> None:
        super().__init__()
        self.account = account or Account()
        self.account.listrak.start()
        self.account.segment.start()
        self.runs: list[Run] = []
        self.copies: dict[tuple[int, datetime], list[Row]] = {}
        self.behind: set[Row] = set()
        self.left: set[tuple[int, str]] = set()

    @initialize()
    def somebody_is_there(self) -> None:
        for list_id in LISTS:
            for email in (ALWAYS, NAMES[0]):
                self.account.world.subscribe(list_id, email, self.account.aware - 30 * HOUR)

    # --- the account -------------------------------------------------------------------------

    @rule(list_id=lists, emails=some, change=st.sampled_from(["in", "in", "out", "out", "delete"]))
    def contacts_change(self, list_id: int, emails: list[str], change: str) -> None:
        world = self.account.world
        for number, email in enumerate(emails):
            contacts = {contact.email: contact for contact in world.contacts(list_id)}
            self.account.sleep(60)
            if change == "in":
                values = {7: str(number)} if list_id == 1 else None
                world.subscribe(list_id, email, self.account.aware, values)
            elif email in contacts:
                self.left.add((list_id, email.lower()))
                if change == "delete":
                    world.delete(list_id, email)
                elif contacts[email].subscribed:
                    world.unsubscribe(list_id, email, self.account.aware)

    @rule(list_id=lists)
    def address_changes(self, list_id: int) -> None:
        there = {contact.email for contact in self.account.world.contacts(list_id)}
        before, after = NAMES if NAMES[0] in there else reversed(NAMES)
        self.account.world.rename(list_id, before, after)
        self.left.add((list_id, before.strip().lower()))

    @rule(missed=st.frozensets(addresses))
    def pages_miss(self, missed: frozenset[str]) -> None:
        self.account.listrak.quirks = Quirks(missed=missed)

    @rule(fault=faults)
    def segment_fails(self, fault: Fault) -> None:
        self.account.segment.faults.add(fault)

    @rule(minutes=st.sampled_from([1, 20, 60]))
    def time_passes(self, minutes: int) -> None:
        self.account.sleep(60 * minutes)

    # --- runs --------------------------------------------------------------------------------

    @rule(hours=st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True), whole=whole)
    def scheduled_or_backfilled_runs(self, hours: list[int], whole: bool) -> None:
        for ago in hours:
            self.begin(Moment(self.tick() - ago * HOUR, ends_interval=True))
        if whole:
            self.end_all()

    @rule(
        asked=st.builds(Asked, rarely, rarely, rarely),
        ago=st.sampled_from([0, 0, 0, 90]),
        whole=whole,
    )
    def manual_run(self, asked: Asked, ago: int, whole: bool) -> None:
        self.account.sleep(60)
        at = self.account.now - timedelta(minutes=ago)
        self.begin(Moment(at, ends_interval=False), asked)
        if whole:
            self.end_all()

    @precondition(lambda self: self.runs)
    @rule(which=st.integers(0, 9))
    def clear(self, which: int) -> None:
        run = self.runs[which % len(self.runs)]
        if run.is_done:
            run.clear()

    @precondition(lambda self: self.open_runs())
    @rule(which=st.integers(0, 9), steps=st.integers(1, 40))
    def go_on(self, which: int, steps: int) -> None:
        for _ in range(steps):
            self.step(which, Step.COMMIT)

    @precondition(lambda self: self.open_runs())
    @rule(which=st.integers(0, 9), step=st.sampled_from(Step))
    def process_dies(self, which: int, step: Step) -> None:
        self.step(which, step)

    @precondition(lambda self: len(self.copies) > 2 * len(LISTS))
    @rule(days=st.sampled_from([0, 0, 1]))
    def old_snapshots_are_pruned(self, days: int) -> None:
        prune(self.account.warehouse, SOURCE, Keep(0, days), self.account.now)

    # --- the means ---------------------------------------------------------------------------

    def tick(self) -> datetime:
        return self.account.now.replace(minute=0, second=0, microsecond=0)

    def begin(self, moment: Moment, asked: Asked = Asked()) -> None:  # noqa: B008 (frozen)
        """Begin a run; the same moment again is the same run, cleared."""
        run_id = f"run of {moment.at}"
        same = [run for run in self.runs if run.run_id == run_id]
        if not same:
            self.runs.append(Run(self.account, run_id, moment, asked))
        elif same[0].is_done:
            same[0].clear()

    def open_runs(self) -> list[Run]:
        return [run for run in self.runs if not run.is_done]

    def step(self, which: int, step: Step) -> None:
        if runs := self.open_runs():
            before = self.decided()
            runs[which % len(runs)].stepped.step(step)
            new = self.decided() - before
            self.behind |= {
                row[:2]
                for row in new
                if row[2] == "past" and row[:2] not in {known[:2] for known in before}
            }

    def decided(self) -> set[Row]:
        return set(self.query("select list_id, snapshot_at, status from snapshots"))

    def end_all(self) -> None:
        while runs := self.open_runs():
            for which in range(len(runs)):
                self.step(which, Step.COMMIT)
                self.account.sleep(1)

    def query(self, sql: str) -> list[Row]:
        return self.account.warehouse.query(f"{sql}".replace("from ", "from listrak."))
