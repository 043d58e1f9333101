"""The tries of tasks: their processes, killed from outside, and the next one without its wait."""

from __future__ import annotations

import contextlib
import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

import psutil
import requests

from tests.airflow.conftest import Source

RUNNING = "running"
WAITING = "up_for_retry"
LATEST = 0.8  # seconds from when a try is seen to run to when it is killed; many end sooner


@dataclass(frozen=True)
class Try:
    """One try of a task instance. `process`: its id, once the task runs."""

    instance: str
    task_id: str
    map_index: int
    state: str | None
    number: int
    process: int | None

    @property
    def reference(self) -> str | tuple[str, int]:
        """The task instance as Airflow's requests name it."""
        return self.task_id if self.map_index < 0 else (self.task_id, self.map_index)

    def kill(self) -> bool:
        """Send SIGKILL to the task's process; False where it is gone."""
        if self.process is None:
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.process)
            if self.instance in " ".join(process.cmdline()):
                process.kill()
                return True
        return False


class Tries:
    """The tries of a source's runs, over Airflow's REST API."""

    def __init__(self, source: Source) -> None:
        airflow = source.airflow
        self._runs = f"{airflow.api.base_url}/api/v2/dags/{source.dag_id}"
        self._session = requests.Session()
        self._session.trust_env = False
        token = self._session.post(
            f"{airflow.api.base_url}/auth/token",
            json={"username": airflow.username, "password": airflow.password},
            timeout=30,
        ).json()["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def of(self, run_id: str) -> Iterator[Try]:
        """Yield the last try of every task instance of a run."""
        instances = f"{self._runs}/dagRuns/{run_id}/taskInstances"
        answer = self._session.get(instances, timeout=30)
        assert answer.ok, answer.text
        for found in answer.json()["task_instances"]:
            yield Try(
                found["id"],
                found["task_id"],
                found["map_index"],
                found["state"],
                found["try_number"],
                found["pid"],
            )

    def hurry(self, run_id: str, tries: Iterable[Try]) -> None:
        """Clear the tasks among `tries` that wait for their next try: it begins at once."""
        waiting = [each.reference for each in tries if each.state == WAITING]
        if waiting:
            self._clear(run_id, task_ids=waiting, reset_dag_runs=False)

    def clear(self, run_id: str) -> None:
        """Clear every task of a run, as the UI's button does."""
        self._clear(run_id)

    def _clear(self, run_id: str, **more: object) -> None:
        answer = self._session.post(
            f"{self._runs}/clearTaskInstances",
            json={"dry_run": False, "dag_run_id": run_id, "only_failed": False, **more},
            timeout=30,
        )
        assert answer.ok, answer.text


@dataclass
class Strikes:
    """Kills tries at random times: each with the probability `chance`, `at_most` of a task."""

    random: Random
    at_most: int
    chance: float = 1.0
    killed: Counter[str] = field(default_factory=Counter)
    _due: dict[tuple[str, int], float] = field(default_factory=dict)

    def strike(self, tries: Iterable[Try]) -> None:
        """Kill those that are due by now; to be called again and again."""
        for each in tries:
            if each.state == RUNNING and self.killed[each.task_id] < self.at_most:
                this = (each.instance, each.number)
                if this not in self._due:
                    self._due[this] = self._time()
                if self._due[this] <= time.monotonic():
                    self.killed[each.task_id] += each.kill()

    def _time(self) -> float:
        after = self.random.uniform(0, LATEST)
        return time.monotonic() + after if self.random.random() < self.chance else math.inf
