"""The DAG listrak_forget_contact and its tasks, on real DuckDB files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, BaseOperator, Context
from airflow.sdk.exceptions import AirflowFailException, ParamValidationError
from airflow.serialization.serialized_objects import DagSerialization

from listrak.forget.address import address_sha256
from listrak.operators.forget_contact import ForgetContactOperator
from listrak.warehouse.duckdb.file import DuckDBFile
from tests.conftest import ROOT
from tests.unit.forget.rows import add, rows_of

ANN = "ann@example.com"
DIGEST = address_sha256(ANN)
TWO_WAREHOUSES = """
sources:
  - {name: One, lists: [{id: 1}], warehouse_conn_id: uk}
  - {name: Two, lists: [{id: 2}]}
  - {name: Three, lists: [{id: 3}], warehouse_conn_id: uk}
"""


@pytest.fixture(scope="module")
def dag() -> DAG:
    dagbag = DagBag(str(ROOT / "dags" / "listrak_forget_contact.py"), bundle_name="dags-folder")
    assert dagbag.import_errors == {}
    found: DAG = dagbag.dags["listrak_forget_contact"]
    return found


def test_it_runs_only_when_triggered_and_then_at_once(dag: DAG) -> None:
    assert type(dag.timetable).__name__ == "NullTimetable"
    assert dag.is_paused_upon_creation is False
    assert dag.tags == {"listrak", "segment"}


def test_every_task_is_documented_and_retried_with_backoff(dag: DAG) -> None:
    assert [task.task_id for task in dag.tasks] == ["find_warehouses", "forget_contact"]
    assert dag.task_dict["forget_contact"].upstream_task_ids == {"find_warehouses"}
    for task in dag.tasks:
        assert task.doc_md
        assert task.retries == 5
        assert task.retry_delay == timedelta(seconds=20)
        assert task.retry_exponential_backoff == 2


def check_conf(dag: DAG, conf: dict[str, object]) -> None:
    """Check a run's conf as Airflow does before it keeps the run."""
    kept = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))
    kept.params.deep_merge(conf).validate()


def test_digest_is_taken(dag: DAG) -> None:
    check_conf(dag, {"address_sha256": DIGEST})


@pytest.mark.parametrize(
    "conf",
    [
        {},
        *[
            {"address_sha256": value}
            for value in (ANN, DIGEST.upper(), DIGEST[:-1], f"{DIGEST}0", f"{DIGEST}\n", "", None)
        ],
    ],
)
def test_anything_else_is_refused_before_there_is_a_run(dag: DAG, conf: dict[str, object]) -> None:
    with pytest.raises(ParamValidationError):
        check_conf(dag, conf)


def sources_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("LISTRAK_SOURCES_FILE", str(path))


def find_warehouses(dag: DAG) -> object:
    task = dag.task_dict["find_warehouses"]
    assert isinstance(task, BaseOperator)
    return task.execute(Context())


def test_warehouse_of_every_source_is_found_once(
    dag: DAG, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources_file(tmp_path, monkeypatch, TWO_WAREHOUSES)

    assert find_warehouses(dag) == ["uk", "warehouse_default"]


def test_source_with_a_mistake_fails_the_run_for_good(
    dag: DAG, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources_file(tmp_path, monkeypatch, TWO_WAREHOUSES.replace("id: 2", "id: two"))

    with pytest.raises(AirflowFailException, match=r"(?s)source `Two`: .*Nothing was forgotten"):
        find_warehouses(dag)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "uk.duckdb"
    monkeypatch.setenv("AIRFLOW_CONN_UK", f"duckdb://{path}")
    add(DuckDBFile("uk", path), rows_of(ANN))
    return path


def forget(address_sha256: str) -> dict[str, int]:
    operator = ForgetContactOperator(
        task_id="forget_contact", address_sha256=address_sha256, warehouse_conn_id="uk"
    )
    return operator.execute(Context())


def test_task_forgets_and_returns_counts(path: Path) -> None:
    assert forget(DIGEST) == {"versions": 1, "changes": 1, "calls": 1, "staged": 1}
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select * from listrak.contact_versions").fetchall() == []


def test_address_in_place_of_its_digest_fails_for_good_untold(path: Path) -> None:
    with pytest.raises(AirflowFailException, match="is not a SHA-256 digest") as refused:
        forget(ANN)

    assert ANN not in str(refused.value)
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("select * from listrak.forgotten_contacts").fetchall() == []
