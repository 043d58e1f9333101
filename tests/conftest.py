"""What all tests share: Airflow's environment, and a PostgreSQL server.

Airflow reads its environment when it is first imported: it is set here, before any test.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

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


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Keeps the tests of a file in one process, and those that start Airflow: they want its port.

    The mark `xdist_group` does nothing with pytest 9.2: pytest-xdist 3.8 adds it to what pytest
    keeps elsewhere now.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "airflow" if file.startswith(("tests/airflow/", "tests/scripts/")) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return ByFile(config, log)


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
