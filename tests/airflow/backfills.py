"""Backfills of one DAG through Airflow's REST API, and what became of their runs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import requests

from local.api import FINISHED
from local.running import RunningAirflow

Reprocess = Literal["none", "failed", "completed"]
PAGE = 100  # Airflow's own maximum
SECONDS = 180.0


@dataclass(frozen=True)
class Backfill:
    """A backfill as Airflow has it. `completed_at` comes up to 30 s after its last run's end."""

    backfill_id: int
    is_paused: bool
    completed_at: datetime | None


@dataclass(frozen=True)
class DagRun:
    """A run of the DAG. `run_type`: scheduled, manual, backfill. `conf`: what it was given."""

    run_id: str
    run_type: str
    logical_date: datetime | None
    state: str
    conf: Mapping[str, object]


class Backfills:
    """The backfills and the runs of a DAG. A request that Airflow refuses is an AssertionError."""

    def __init__(self, airflow: RunningAirflow, dag_id: str) -> None:
        self._dag_id = dag_id
        self._base_url = airflow.api.base_url
        self._session = requests.Session()
        self._session.trust_env = False
        login = {"username": airflow.username, "password": airflow.password}
        token = self._call("POST", "/auth/token", login)["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def create(
        self,
        from_date: datetime,
        to_date: datetime,
        *,
        run_backwards: bool = False,
        reprocess_behavior: Reprocess = "none",
        max_active_runs: int = 1,
        conf: Mapping[str, object] | None = None,
    ) -> int:
        """Begin a backfill of the intervals that start in the range, both ends included.

        Return its id. Its runs are queued by then. Airflow refuses one while another of the DAG
        is not completed: `wait` for that.
        """
        body = {
            "dag_id": self._dag_id,
            "from_date": from_date.isoformat(),
            "to_date": to_date.isoformat(),
            "run_backwards": run_backwards,
            "reprocess_behavior": reprocess_behavior,
            "max_active_runs": max_active_runs,
            "dag_run_conf": conf,
        }
        return int(self._call("POST", "/api/v2/backfills", body)["id"])

    def get(self, backfill_id: int) -> Backfill:
        return _backfill(self._call("GET", f"/api/v2/backfills/{backfill_id}"))

    def all(self) -> list[Backfill]:
        """Return the DAG's backfills, the oldest first."""
        query = {"dag_id": self._dag_id, "order_by": "id"}
        return [_backfill(each) for each in self._pages("/api/v2/backfills", "backfills", query)]

    def pause(self, backfill_id: int) -> None:
        """Let its queued runs wait; those that run go on."""
        self._call("PUT", f"/api/v2/backfills/{backfill_id}/pause")

    def unpause(self, backfill_id: int) -> None:
        self._call("PUT", f"/api/v2/backfills/{backfill_id}/unpause")

    def cancel(self, backfill_id: int) -> None:
        """Complete it at once: its queued runs become failed, those that run go on."""
        self._call("PUT", f"/api/v2/backfills/{backfill_id}/cancel")

    def runs(self, run_type: str | None = None) -> list[DagRun]:
        """Return the DAG's runs, by logical date."""
        query = {"order_by": "logical_date", **({"run_type": run_type} if run_type else {})}
        found = self._pages(f"/api/v2/dags/{self._dag_id}/dagRuns", "dag_runs", query)
        return [_dag_run(each) for each in found]

    def wait_for_runs(
        self, run_type: str | None = None, *, at_least: int = 0, seconds: float = SECONDS
    ) -> list[DagRun]:
        """Wait until the DAG has that many runs and none is queued or running; return them."""
        deadline = time.monotonic() + seconds
        while True:
            runs = self.runs(run_type)
            if len(runs) >= at_least and all(run.state in FINISHED for run in runs):
                return runs
            assert time.monotonic() < deadline, runs
            time.sleep(0.3)

    def wait(self, backfill_id: int, seconds: float = SECONDS) -> list[DagRun]:
        """Wait for the end of its runs, and note its own; return all backfilled runs of the DAG.

        Airflow itself would note it within 30 seconds, and would begin no other before.
        """
        runs = self.wait_for_runs("backfill", seconds=seconds)
        if self.get(backfill_id).completed_at is None:
            self._session.put(f"{self._base_url}/api/v2/backfills/{backfill_id}/cancel", timeout=30)
        assert self.get(backfill_id).completed_at is not None
        return runs

    def _pages(self, path: str, key: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = self._call(
                "GET", path, query={**query, "limit": str(PAGE), "offset": str(len(found))}
            )
            found += page[key]
            if len(found) >= page["total_entries"] or not page[key]:
                return found

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        response = self._session.request(
            method, self._base_url + path, json=body, params=query, timeout=30
        )
        assert response.ok, f"{method} {path}: {response.status_code} {response.text}"
        return response.json()


def _backfill(found: Mapping[str, Any]) -> Backfill:
    return Backfill(found["id"], found["is_paused"], _time(found["completed_at"]))


def _dag_run(found: Mapping[str, Any]) -> DagRun:
    return DagRun(
        found["dag_run_id"],
        found["run_type"],
        _time(found["logical_date"]),
        found["state"],
        found["conf"] or {},
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
