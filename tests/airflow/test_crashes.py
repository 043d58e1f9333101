"""Task processes killed with SIGKILL, through the real scheduler, until their retries converge."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from local.api import FINISHED
from sandbox.resources import Quirks
from sandbox.world import World
from tests.airflow.conftest import Source
from tests.airflow.engines import ENGINES
from tests.airflow.test_runs import ORDERS, held_traits, subscribed_traits
from tests.airflow.tries import WAITING, Strikes, Tries, Try

Sources = Mapping[str, Source]
SECONDS = 600.0
KILLED_TASK = {
    f"{name}{engine}": task_id
    for engine in ENGINES
    for name, task_id in [
        ("Killed_Extract", "extract_contacts"),
        ("Killed_Diff", "diff_snapshots"),
        ("Killed_Send", "send_identify_calls"),
    ]
}


@dataclass
class KilledRun:
    """A run whose tasks get killed.

    `patient`: the first retry is left to the scheduler, which waits as the product says. The others
    are cleared, as a user may do, so that they begin at once.
    """

    source: Source
    patient: bool
    strikes: Strikes = field(default_factory=lambda: Strikes(Random(), at_most=0))
    run_id: str = field(init=False)
    _tries: Tries = field(init=False)
    _awaited: str | None = None

    def __post_init__(self) -> None:
        self.run_id = self.source.airflow.api.trigger(self.source.dag_id, {})
        self._tries = Tries(self.source)

    @property
    def is_finished(self) -> bool:
        return self.source.state(self.run_id) in FINISHED

    def go_on(self) -> None:
        """Kill what is due, and let what was killed begin again."""
        tries = list(self._tries.of(self.run_id))
        self.strikes.strike(tries)
        self._hurry(tries)

    def _hurry(self, tries: Iterable[Try]) -> None:
        waiting = [each for each in tries if each.state == WAITING]
        if waiting and self.patient and self._awaited is None:
            self._awaited = waiting[0].instance
        later = [each for each in waiting if each.number > 1 or each.instance != self._awaited]
        self._tries.hurry(self.run_id, later)

    def check_carried_on(self) -> None:
        """Check that the run came through; what was sent twice was so under the same ids."""
        source = self.source
        assert source.state(self.run_id) == "success", source.tasks(self.run_id)
        for order in ORDERS:
            assert held_traits(source.segment, order) == subscribed_traits(source.world)
        assert {drop.reason for drop in source.segment.ledger.dropped} <= {"duplicate messageId"}
        assert source.query("select * from trait_changes where status = 'pending'") == []
        assert source.query("select * from staged_snapshots") == []


def finish(runs: Iterable[KilledRun]) -> None:
    waiting = list(runs)
    deadline = time.monotonic() + SECONDS
    while waiting := [run for run in waiting if not run.is_finished]:
        for run in waiting:
            assert time.monotonic() < deadline, f"{run.run_id}: {run.source.tasks(run.run_id)}"
            run.go_on()
        time.sleep(0.3)  # every question costs the API server, and so the tasks, time


def subscribe_people(world: World) -> None:
    for number in range(40):
        world.subscribe(1, f"person{number}@example.com", values={7: f"u{number}"})
        world.subscribe(2, f"person{2 * number}@example.com")


def change_some_people(source: Source) -> None:
    """Let every kind of change happen, and let a listing miss somebody."""
    for list_id in (1, 2):
        source.world.unsubscribe(list_id, "person2@example.com")
        source.world.delete(list_id, "person4@example.com")
        source.world.subscribe(list_id, f"late{list_id}@example.com")
    source.world.set_value(1, "person6@example.com", 7, "another")
    source.listrak.quirks = Quirks(missed=frozenset({"person8@example.com"}))


def arm(source: Source, task_id: str) -> Path:
    """Let the task die at each of its commits; return the folder that kill_at_commits.py fills."""
    home = Path(source.airflow.environment["AIRFLOW_HOME"])
    folder = home / "kills" / source.dag_id / task_id
    folder.mkdir(parents=True)
    return folder


def killed_at(folder: Path) -> dict[tuple[str, ...], set[str]]:
    """Return when the task was killed around each commit: what it wrote names a commit."""
    times: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for file in folder.iterdir():
        kill = json.loads(file.read_text())
        times[tuple(kill["written"])].add(kill["when"])
    return dict(times)


@pytest.fixture(scope="module")
def struck(sources: Sources) -> list[KilledRun]:
    """The sources' first runs: each task was killed at a random time."""
    runs = []
    for seed, name in enumerate(KILLED_TASK):
        subscribe_people(sources[name].world)
        strikes = Strikes(Random(seed), at_most=1)
        runs.append(KilledRun(sources[name], name.startswith("Killed_Send"), strikes))
    finish(runs)
    return runs


def test_task_killed_at_a_random_time_is_carried_on(struck: list[KilledRun]) -> None:
    for run in struck:
        run.check_carried_on()
    assert sum(run.strikes.killed.total() for run in struck) > 0


@pytest.mark.usefixtures("struck")
def test_task_killed_at_each_of_its_commits_is_carried_on(sources: Sources) -> None:
    folders = {name: arm(sources[name], task_id) for name, task_id in KILLED_TASK.items()}
    for name in folders:
        change_some_people(sources[name])

    runs = [KilledRun(sources[name], not name.startswith("Killed_Send")) for name in folders]
    finish(runs)

    for run in runs:
        run.check_carried_on()
        killed = killed_at(folders[run.source.name])
        assert killed
        assert all(times == {"before", "after"} for times in killed.values()), killed
