"""What all tests share: Airflow's environment, and a PostgreSQL server.

Airflow reads its environment when it is first imported: it is set here, before any test.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.unit.postgres_cluster import PostgresCluster, running_cluster

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")
ROOT = Path(__file__).parents[1]
_HOME = tempfile.mkdtemp(prefix="airflow-test-")

os.environ.update(
    {
        "AIRFLOW_HOME": _HOME,
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{_HOME}/airflow.db",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
    }
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one process, and those that start Airflow: they want its port."""
    for item in items:
        starts_airflow = item.path.parent.name in ("airflow", "scripts")
        item.add_marker(pytest.mark.xdist_group("airflow" if starts_airflow else str(item.path)))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the caller's own connections and sources file away from the tests."""
    for name in list(os.environ):
        if name.startswith("AIRFLOW_CONN_") or name == "LISTRAK_SOURCES_FILE":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresCluster]:
    with running_cluster(tmp_path_factory.mktemp("pg")) as running:
        yield running
