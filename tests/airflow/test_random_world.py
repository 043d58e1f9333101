"""A world that changes at random while runs, backfills, clears, kills and outages go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from local.api import FINISHED
from sandbox.faults import Fault
from sandbox.resources import Quirks
from sandbox.segment_api import SegmentApi
from tests.airflow.backfills import Backfills, DagRun, Reprocess
from tests.airflow.conftest import Source
from tests.airflow.engines import on_each_engine
from tests.airflow.people import People
from tests.airflow.test_runs import ORDERS, held_traits, subscribed_traits
from tests.airflow.tries import Strikes, Tries

SEED = 7
HOUR = timedelta(hours=1)
BACKFILLED = 4 * HOUR
SECONDS_OF_A_ROUND = 4.0
SECONDS_TO_SETTLE = 600.0
REPROCESS: tuple[Reprocess, ...] = ("none", "failed", "completed")
OUTAGES = (
    Fault("status", path="/v1/batch", status=503, times=3),
    Fault("status", path="/v1/batch", status=429, retry_after=1, times=2),
    Fault("reset", path="/v1/batch", times=2),
    Fault("reset_after", path="/v1/batch"),
)


class Users:
    """What the people at Airflow do, and what befalls the machine, at random."""

    def __init__(self, source: Source, random: Random) -> None:
        self.source = source
        self.random = random
        self.strikes = Strikes(Random(SEED), at_most=4, chance=0.4)
        self.backfills = Backfills(source.airflow, source.dag_id)
        self._tries = Tries(source)
        self._has_cancelled = False
        self._hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)

    def trigger(self) -> None:
        self.source.airflow.api.trigger(self.source.dag_id, {})

    def trigger_for_the_past(self) -> None:
        at = datetime.now(UTC) - self.random.uniform(0, 1) * self.random.choice((HOUR, BACKFILLED))
        self.source.airflow.api.trigger(self.source.dag_id, {}, at.isoformat())

    def backfill_backwards(self) -> None:
        self._backfill(run_backwards=True)

    def backfill_forwards(self) -> None:
        self._backfill(run_backwards=False)

    def _backfill(self, *, run_backwards: bool) -> None:
        """Begin a backfill; one that is not done is cancelled, as Airflow takes one at a time."""
        for backfill in self.backfills.all():
            if backfill.completed_at is None:
                self.backfills.cancel(backfill.backfill_id)
                self._has_cancelled = True
        self.backfills.create(
            self._hour - BACKFILLED,
            self._hour - 2 * HOUR,
            run_backwards=run_backwards,
            reprocess_behavior=self.random.choice(REPROCESS),
            max_active_runs=self.random.randint(2, 3),
        )

    def clear(self) -> None:
        """Clear a run that is over, if there is one; Airflow runs none of a cancelled backfill."""
        runs = [run for run in self.backfills.runs() if run.state in FINISHED]
        over = [run.run_id for run in runs if run.run_type != "backfill" or not self._has_cancelled]
        chosen = self.random.random()  # drawn in any case: what comes next follows the seed alone
        if over:
            self._tries.clear(over[int(chosen * len(over))])

    def break_segment(self) -> None:
        self.source.segment.faults.add(self.random.choice(OUTAGES))

    def break_listrak(self) -> None:
        self.source.listrak.faults.add(Fault("status", path="/Contact", status=500, times=2))

    def unfinished(self) -> list[DagRun]:
        return [run for run in self.backfills.runs() if run.state not in FINISHED]

    def go_on(self) -> bool:
        """Kill what is due, and let what was killed begin again; False once no run is open."""
        unfinished = self.unfinished()
        for run in unfinished:
            tries = list(self._tries.of(run.run_id))
            self.strikes.strike(tries)
            self._tries.hurry(run.run_id, tries)
        return bool(unfinished)


def let_the_world_change(source: Source, people: People, users: Users) -> None:
    actions: list[Callable[[], None]] = [
        *(users.trigger, users.trigger, users.trigger_for_the_past, users.backfill_forwards),
        *(users.clear, users.clear, users.break_segment, users.break_segment, users.break_listrak),
    ]
    users.random.shuffle(actions)
    deadline = time.monotonic() + SECONDS_TO_SETTLE
    next_round, moving = 0.0, 0
    while users.go_on() or actions:
        assert time.monotonic() < deadline, users.unfinished()
        if time.monotonic() >= next_round:
            next_round, moving = time.monotonic() + SECONDS_OF_A_ROUND, moving + 1
            people.change()
            missed = people.some_missed()
            source.listrak.quirks = Quirks(missed=missed, most_per_page=60, moving=moving)
            if actions:
                actions.pop()()
        time.sleep(0.1)


def removals(segment: SegmentApi) -> set[tuple[int, str]]:
    """Return every list and address of which a trait was ever taken away."""
    return {
        (int(trait.rpartition("_")[2]), event["anonymousId"])
        for event in (kept.event for kept in segment.ledger.events)
        for trait, value in event["traits"].items()
        if value is None
    }


@on_each_engine("World")
def test_world_that_changes_at_random_converges(source: Source) -> None:
    people, users = People(source.world, Random(SEED)), Users(source, Random(SEED))
    people.begin(datetime.now(UTC))
    users.backfill_backwards()
    source.airflow.api.unpause(source.dag_id)
    let_the_world_change(source, people, users)

    source.listrak.quirks = Quirks()
    source.listrak.faults.clear()
    source.segment.faults.clear()
    quiet = source.run()
    batches = source.segment.ledger.batches
    source.clear(quiet)

    assert source.state(quiet) == "success"
    for order in ORDERS:
        assert held_traits(source.segment, order) == subscribed_traits(source.world)
    assert removals(source.segment) & people.stayed == set()
    assert source.segment.ledger.batches == batches
    assert {drop.reason for drop in source.segment.ledger.dropped} <= {"duplicate messageId"}
    assert users.strikes.killed
