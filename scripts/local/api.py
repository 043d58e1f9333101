"""Airflow's REST API, as far as it is needed to run DAGs and read what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

FINISHED = frozenset({"success", "failed"})
PAGE = 100  # Airflow's own maximum
TIMEOUT = 30.0

Query = Mapping[str, str | list[str]]


class ApiError(Exception):
    """Airflow refused a request; says what it answered."""


@dataclass(frozen=True)
class Dag:
    """A DAG as the scheduler knows it. `parsed_at`: when its file was last read."""

    dag_id: str
    parsed_at: datetime | None


@dataclass(frozen=True)
class DagImportError:
    """A DAG file that does not load. `seen_at`: when it was last tried."""

    filename: str
    text: str
    seen_at: datetime


@dataclass(frozen=True)
class UnfinishedRun:
    """A run that is queued or running. Airflow starts no task before its `logical_date`."""

    run_id: str
    logical_date: datetime | None


@dataclass(frozen=True)
class TaskInstance:
    """One task of a run. `label`: what a mapped task shows instead of its index; "" until then."""

    task_id: str
    map_index: int
    state: str | None
    label: str
    try_number: int

    @property
    def title(self) -> str:
        """The task's name as shown to people."""
        mapped = self.map_index >= 0
        return f"{self.task_id} [{self.label or self.map_index}]" if mapped else self.task_id


class AirflowApi:
    """A logged-in client. Every method raises ApiError when Airflow refuses or does not answer."""

    def __init__(self, base_url: str, username: str, password: str) -> None:
        """Log in with a password of Airflow's simple auth manager."""
        self.base_url = base_url
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no .netrc between us and this machine
        retry = Retry(total=5, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504))
        self._session.mount("http://", HTTPAdapter(max_retries=retry))
        token = self._call("POST", "/auth/token", {"username": username, "password": password})
        self._session.headers["Authorization"] = f"Bearer {token['access_token']}"

    def dags(self, pattern: str) -> list[Dag]:
        """Return the active DAGs whose id matches an SQL LIKE pattern."""
        found = self._pages("/api/v2/dags", "dags", {"dag_id_pattern": pattern})
        return [Dag(dag["dag_id"], _time(dag["last_parsed_time"])) for dag in found]

    def import_errors(self) -> list[DagImportError]:
        """Return the DAG files that do not load."""
        found = self._pages("/api/v2/importErrors", "import_errors", {})
        return [
            DagImportError(
                error["filename"], error["stack_trace"], datetime.fromisoformat(error["timestamp"])
            )
            for error in found
        ]

    def unpause(self, dag_id: str) -> None:
        """Let the scheduler run the DAG."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": False})

    def trigger(
        self, dag_id: str, conf: Mapping[str, object], logical_date: str | None = None
    ) -> str:
        """Start a run and return its id."""
        body = {"logical_date": logical_date, "conf": dict(conf)}
        return str(self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", body)["dag_run_id"])

    def unfinished_runs(self, dag_id: str) -> list[UnfinishedRun]:
        """Return the DAG's runs that are queued or running."""
        path = f"/api/v2/dags/{dag_id}/dagRuns"
        found = self._pages(path, "dag_runs", {"state": ["queued", "running"]})
        return [UnfinishedRun(run["dag_run_id"], _time(run["logical_date"])) for run in found]

    def fail_run(self, dag_id: str, run_id: str) -> None:
        """End a run as failed."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}", {"state": "failed"})

    def run_state(self, dag_id: str, run_id: str) -> str:
        """Return a run's state: queued, running, success or failed."""
        return str(self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def task_instances(self, dag_id: str, run_id: str) -> list[TaskInstance]:
        """Return the tasks of a run."""
        found = self._pages(
            f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances",
            "task_instances",
            {"order_by": "start_date"},
        )
        return [_task_instance(task) for task in found]

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str = "return_value") -> Any:
        """Return what a task left for others, or None when it left nothing."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/{key}"
        found = self._call("GET", path, query={"deserialize": "true"}, absent_is_none=True)
        return found and found["value"]

    def log(self, dag_id: str, run_id: str, task: TaskInstance) -> list[dict[str, Any]]:
        """Return the structured lines of a task's last try."""
        tasks = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        path = f"{tasks}/{task.task_id}/logs/{task.try_number}"
        query = {"map_index": str(task.map_index), "full_content": "true"}
        found = self._call("GET", path, query=query, absent_is_none=True)
        lines = found["content"] if found else []
        return [line for line in lines if isinstance(line, dict)]

    def _pages(self, path: str, key: str, query: Query) -> list[dict[str, Any]]:
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
        *,
        query: Query | None = None,
        absent_is_none: bool = False,
    ) -> Any:
        try:
            response = self._session.request(
                method,
                self.base_url + path,
                json=body,
                params=query,
                timeout=TIMEOUT,
                headers={"Accept": "application/json"},
            )
        except requests.RequestException as error:
            raise ApiError(
                f"Airflow does not answer at {self.base_url} ({type(error).__name__})."
            ) from None
        if absent_is_none and response.status_code == requests.codes.not_found:
            return None
        if not response.ok:
            raise ApiError(_refusal(response))
        try:
            return response.json()
        except ValueError:
            raise ApiError(f"What answers at {self.base_url} is not Airflow.") from None


def _refusal(response: requests.Response) -> str:
    """Return what Airflow says is wrong; its validation errors come as a list."""
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = response.reason
    if isinstance(detail, list):
        detail = "; ".join(str(each.get("msg", each)) for each in detail)
    return f"Airflow answered {response.status_code}: {' '.join(str(detail).split())}"


def _task_instance(task: Mapping[str, Any]) -> TaskInstance:
    index, label = task["map_index"], task["rendered_map_index"] or ""
    if label == str(index):  # Airflow's stand-in until the task has rendered its own
        label = ""
    return TaskInstance(task["task_id"], index, task["state"], label, task["try_number"])


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
