"""The DAG files as Airflow's own DAG processor and plugin loader see them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from airflow._shared.plugins_manager import _load_plugins_from_plugin_directory
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import ParamValidationError
from airflow.serialization.serialized_objects import DagSerialization

from tests.conftest import ROOT

TWO_SOURCES = """
sources:
  - name: Good
    lists: [{id: 1}, {id: 2, user_id_field: 9}]
  - name: Broken
    lists: [{id: one}]
"""


@pytest.fixture
def dagbag() -> DagBag:
    return DagBag(str(ROOT / "dags"), bundle_name="dags-folder")


def test_shipped_project_has_one_dag_a_source_and_no_import_error(dagbag: DagBag) -> None:
    assert dagbag.import_errors == {}
    assert set(dagbag.dags) == {"listrak_to_segment__listrak_prod", "listrak_forget_contact"}


def test_stages_run_in_the_order_data_flows(dagbag: DagBag) -> None:
    dag = dagbag.dags["listrak_to_segment__listrak_prod"]

    upstream = {task.task_id: task.upstream_task_ids for task in dag.tasks}

    assert upstream == {
        "extract_contacts": set(),
        "diff_snapshots": {"extract_contacts"},
        "send_identify_calls": {"diff_snapshots"},
        "report": {"send_identify_calls"},
    }
    assert all(task.doc_md for task in dag.tasks)
    assert dag.catchup is False
    assert dag.max_active_runs == 1
    assert dag.task_dict["send_identify_calls"].max_active_tis_per_dag == 1


def test_every_task_is_retried_with_backoff(dagbag: DagBag) -> None:
    for task in dagbag.dags["listrak_to_segment__listrak_prod"].tasks:
        assert task.retries == (15 if task.task_id == "send_identify_calls" else 5)
        assert task.retry_delay == timedelta(seconds=20)
        assert task.retry_exponential_backoff == 2


def test_a_run_has_a_real_interval(dagbag: DagBag) -> None:
    timetable = dagbag.dags["listrak_to_segment__listrak_prod"].timetable

    assert type(timetable).__name__ == "CronDataIntervalTimetable"


@pytest.mark.parametrize("param", ["dry_run", "full_resync", "allow_mass_removal"])
def test_param_is_a_switch_that_is_off(dagbag: DagBag, param: str) -> None:
    params = dagbag.dags["listrak_to_segment__listrak_prod"].params

    assert params[param] is False
    params[param] = True
    with pytest.raises(ParamValidationError, match="is not of type 'boolean'"):
        params[param] = "yes"


def test_dag_survives_serialization(dagbag: DagBag) -> None:
    dag = dagbag.dags["listrak_to_segment__listrak_prod"]

    copy = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))

    assert set(copy.task_dict) == set(dag.task_dict)


def test_broken_source_is_an_import_error_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(TWO_SOURCES, encoding="utf-8")
    monkeypatch.setenv("LISTRAK_SOURCES_FILE", str(path))

    dagbag = DagBag(str(ROOT / "dags"), bundle_name="dags-folder")

    assert set(dagbag.dags) == {"listrak_to_segment__good", "listrak_forget_contact"}
    ((file, error),) = dagbag.import_errors.items()
    assert file.endswith("sources_file_mistakes.py")
    assert f"{path}: source `Broken`: lists.0.id:" in error


def test_plugin_loader_runs_no_file_of_the_package() -> None:
    before = set(sys.modules)

    plugins, errors = _load_plugins_from_plugin_directory(str(ROOT / "plugins"))

    assert (plugins, errors) == ([], {})
    bare = {path.stem for path in (ROOT / "plugins").rglob("*.py")}
    assert (set(sys.modules) - before) & bare == set()


def test_parsing_loads_no_heavy_library() -> None:
    """The DAG processor parses over and over; each task process does once."""
    parse = (
        "import runpy, sys; [runpy.run_path(path) for path in sys.argv[1:]]; print(*sys.modules)"
    )
    files = [str(path) for path in (ROOT / "dags").glob("*.py")]
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "plugins")}

    parsed = subprocess.run(
        [sys.executable, "-c", parse, *files],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )

    heavy = {"adbc_driver_manager", "duckdb", "numpy", "pandas", "pyarrow", "segment", "sqlglot"}
    assert heavy & set(parsed.stdout.split()) == set()
