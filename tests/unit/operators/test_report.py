from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowFailException

from listrak.errors import RunFailedError
from listrak.operators.report import ReportOperator, _check_states
from listrak.settings import SourceSettings
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.duckdb.file import DuckDBFile
from tests.unit.conftest import Query
from tests.unit.diff.deciding import snapshot


def test_lists_and_tasks_that_failed_are_named() -> None:
    states = {
        "extract_contacts_0": "success",
        "extract_contacts_1": "failed",
        "diff_snapshots": "upstream_failed",
        "send_identify_calls": "skipped",
    }

    with pytest.raises(RunFailedError, match="diff_snapshots, extract_contacts of list 67890"):
        _check_states(states, [12345, 67890])


def test_run_without_failures_passes() -> None:
    _check_states({"extract_contacts_0": "success", "diff_snapshots": "skipped"}, [12345])


@dataclass
class TaskInstance:
    """What Airflow gives the task. `states`: of the run's tasks."""

    states: dict[str, str | None]
    pushed: dict[str, Any] = field(default_factory=dict)

    def xcom_push(self, key: str, value: object) -> None:
        self.pushed[key] = value

    def xcom_pull(self, task_ids: str) -> None:
        assert task_ids == "diff_snapshots"

    def get_task_states(self, dag_id: str, run_ids: list[str]) -> dict[str, Any]:
        assert dag_id == "dag"
        return dict.fromkeys(run_ids, self.states)


@pytest.fixture
def six_days(
    duckdb_file: DuckDBFile,
    tamper: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A snapshot of each of the last six days, all sent."""
    fields = {"conn_type": "duckdb", "host": str(duckdb_file.path)}
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE_DEFAULT", json.dumps(fields))
    now = datetime.now(UTC).replace(tzinfo=None)
    for ago in (5, 4, 3, 2, 1, 0):
        at = SnapshotKey("Prod", 1, now - timedelta(days=ago, hours=1))
        snapshot(duckdb_file, at, {"a@x": str(ago)})
    tamper("update listrak.trait_changes set status = 'sent'")
    return duckdb_file.path


def report(task: TaskInstance, **params: bool) -> None:
    source = SourceSettings.model_validate(
        {"name": "Prod", "lists": [{"id": 1}], "keep_all_days": 1, "keep_daily_days": 3}
    )
    run = SimpleNamespace(
        dag_id="dag", run_id="run", conf=params, start_date=None, run_after=datetime.now(UTC)
    )
    context = cast("Context", {"dag_run": run, "params": params, "ti": task})
    ReportOperator(task_id="report", source=source, known_sources=["Prod"]).execute(context)


def statuses(query: Query) -> list[str]:
    return [status for (status,) in query("select status from snapshots order by snapshot_at")]


@pytest.mark.usefixtures("six_days")
def test_old_snapshots_are_pruned_by_the_settings_of_the_source(
    query: Query, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        report(TaskInstance({"diff_snapshots": "success"}))

    assert statuses(query) == ["pruned", "pruned", "pruned", "past", "past", "head"]
    assert "Source Prod: pruned 3 snapshots; 3 versions of contacts went" in caplog.text


@pytest.mark.usefixtures("six_days")
def test_failed_run_prunes_too_and_names_what_failed(query: Query) -> None:
    task = TaskInstance({"diff_snapshots": "failed"})

    with pytest.raises(AirflowFailException, match="Failed: diff_snapshots"):
        report(task)

    assert statuses(query).count("pruned") == 3
    assert task.pushed["return_value"]["pending"] == 0


@pytest.mark.usefixtures("six_days")
def test_dry_run_prunes_nothing(query: Query) -> None:
    report(TaskInstance({}), dry_run=True)

    assert "pruned" not in statuses(query)


@pytest.mark.usefixtures("six_days")
def test_refused_pruning_fails_the_run_after_its_totals(
    tamper: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    tamper("alter table listrak.contact_versions rename to elsewhere")
    task = TaskInstance({})

    with pytest.raises(AirflowFailException, match="refused a statement"):
        report(task)

    assert "return_value" in task.pushed
    assert "Source Prod: nothing was pruned, 3 snapshots are due" in caplog.text
