"""One real Airflow for all tests here: scheduler, API server, task processes, PostgreSQL.

Only Listrak and Segment are stand-ins (the sandbox), reached over real HTTP. Warehouses are DuckDB
files, and databases of a PostgreSQL server of their own.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from local.api import FINISHED, TaskInstance
from local.place import Place
from local.running import RunningAirflow, running_airflow
from sandbox.listrak_api import ListrakApi
from sandbox.segment_api import SegmentApi
from sandbox.world import ContactList, ProfileField, World
from tests.airflow.warehouses import Database, File, GrantedDatabase, SourceWarehouse
from tests.conftest import ROOT
from tests.unit.postgres_cluster import PostgresCluster, running_cluster

RUN_SECONDS = 180.0
CUSTOMER_ID = ProfileField(7)
SOURCES: list[dict[str, Any]] = [
    {"name": "Main", "lists": [{"id": 1, "user_id_field": 7}, {"id": 2}]},
    {"name": "Partly", "lists": [{"id": 1}, {"id": 999}]},
    {"name": "No_Such_Field", "lists": [{"id": 1, "user_id_field": 99}]},
    {"name": "Unsent", "lists": [{"id": 1}]},
    {"name": "Hourly", "schedule": "@hourly", "lists": [{"id": 1}]},
    {"name": "Browser", "schedule": "@daily", "lists": [{"id": 1}]},
    {"name": "Asked", "lists": [{"id": 1}]},
    {"name": "Guarded", "guard": {"removed_contacts": 3}, "lists": [{"id": 1}, {"id": 2}]},
    # It has no scheduled run yet, so that its backfills are ahead of every snapshot.
    {"name": "Ahead", "schedule": "@daily", "start_date": "2199-01-01", "lists": [{"id": 1}]},
    {"name": "Killed_Extract", "lists": [{"id": 1, "user_id_field": 7}, {"id": 2}]},
    {"name": "Killed_Diff", "lists": [{"id": 1, "user_id_field": 7}, {"id": 2}]},
    {"name": "Killed_Send", "lists": [{"id": 1, "user_id_field": 7}, {"id": 2}]},
    {"name": "World", "schedule": "@hourly", "lists": [{"id": 1, "user_id_field": 7}, {"id": 2}]},
    {"name": "Unconnected", "listrak_conn_id": "nowhere", "lists": [{"id": 1}]},
]
# What does not depend on the warehouse is tried on one engine only.
ON_DUCKDB_ONLY = {"No_Such_Field", "Browser", "Unconnected"}
POSTGRES = "_Postgres"  # ends the names of the sources that are on it
GRANTED = "Main"  # has a login there with no more rights than the README's
SHARED = "killed"  # begins the names of those that share a database there, list ids and all


@dataclass(frozen=True)
class Source:
    """A source of its own: world, Segment, warehouse, DAG."""

    name: str
    world: World
    listrak: ListrakApi
    segment: SegmentApi
    warehouse: SourceWarehouse
    airflow: RunningAirflow

    @property
    def dag_id(self) -> str:
        return f"listrak_to_segment__{self.name.lower()}"

    def run(self, **conf: object) -> str:
        """Trigger a run, wait for its end and return its id."""
        run_id = self.airflow.api.trigger(self.dag_id, conf)
        self.wait(run_id)
        return run_id

    def wait(self, run_id: str) -> None:
        deadline = time.monotonic() + RUN_SECONDS
        while self.state(run_id) not in FINISHED:
            assert time.monotonic() < deadline, f"{run_id}: {self.tasks(run_id)}"
            time.sleep(0.6)

    def clear(self, run_id: str) -> None:
        """Clear every task of a run, as the UI's button does, and wait until it ran again."""
        base = self.airflow.api.base_url
        login = {"username": self.airflow.username, "password": self.airflow.password}
        token = requests.post(f"{base}/auth/token", json=login, timeout=30).json()["access_token"]
        cleared = requests.post(
            f"{base}/api/v2/dags/{self.dag_id}/clearTaskInstances",
            json={"dry_run": False, "dag_run_id": run_id, "only_failed": False},
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        assert cleared.ok, cleared.text
        self.wait(run_id)

    def state(self, run_id: str) -> str:
        return self.airflow.api.run_state(self.dag_id, run_id)

    def tasks(self, run_id: str) -> dict[str, str | None]:
        return {task.title: task.state for task in self._instances(run_id)}

    def totals(self, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.airflow.api.xcom(self.dag_id, run_id, "report")
        return found

    def log(self, run_id: str, title: str) -> str:
        """Return everything a task wrote, as text."""
        (task,) = (task for task in self._instances(run_id) if task.title == title)
        return "\n".join(map(str, self.airflow.api.log(self.dag_id, run_id, task)))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return self.warehouse.query(sql)

    def _instances(self, run_id: str) -> list[TaskInstance]:
        return self.airflow.api.task_instances(self.dag_id, run_id)


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Source]]:
    folder = tmp_path_factory.mktemp("airflow")
    entries = [*map(_entry, SOURCES), *map(_entry, _on_postgres())]
    file = folder / "sources.yaml"
    file.write_text(yaml.safe_dump({"sources": entries}))
    environ = {**os.environ, "LISTRAK_SOURCES_FILE": str(file)}
    for key in [key for key in environ if key.startswith(("AIRFLOW__", "AIRFLOW_CONN_"))]:
        del environ[key]  # those of the unit tests
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster(folder / "warehouses"))
        names = [entry["name"] for entry in entries]
        doors = {name: _open_doors(stack, name) for name in names}
        warehouses = {name: _warehouse(folder, cluster, name) for name in names}
        for name, (_, listrak, segment) in doors.items():
            environ |= _connections(name, listrak, segment, warehouses[name])
        place = Place(ROOT, folder / "home")
        _let_tasks_be_killed(place)
        airflow = stack.enter_context(running_airflow(environ, place, scheduled=True))
        found = {
            name: Source(name, world, listrak, segment, warehouses[name], airflow)
            for name, (world, listrak, segment) in doors.items()
        }
        _wait_for_dags(airflow, found)
        yield found


def _on_postgres() -> Iterator[dict[str, Any]]:
    for entry in SOURCES:
        if entry["name"] not in ON_DUCKDB_ONLY:
            yield entry | {"name": entry["name"] + POSTGRES}


def _warehouse(folder: Path, cluster: PostgresCluster, name: str) -> SourceWarehouse:
    if not name.endswith(POSTGRES):
        return File(folder / f"{name}.duckdb")
    own = name.lower()
    shared = SHARED if own.startswith(SHARED) else own
    is_granted = name == GRANTED + POSTGRES
    database = GrantedDatabase(cluster) if is_granted else Database(cluster, shared)
    database.create()
    return database


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    name = entry["name"].lower()
    return {
        "schedule": None,
        "listrak_conn_id": f"listrak_{name}",
        "segment_conn_id": f"segment_{name}",
        "warehouse_conn_id": f"warehouse_{name}",
    } | entry


def _open_doors(stack: ExitStack, name: str) -> tuple[World, ListrakApi, SegmentApi]:
    title = name.removesuffix(POSTGRES)
    news = ContactList(1, f"{title} news", (CUSTOMER_ID,))
    world = World([news, ContactList(2, f"{title} sale")])
    segment = stack.enter_context(SegmentApi())
    return world, stack.enter_context(ListrakApi(world)), segment


def _connections(
    name: str, listrak: ListrakApi, segment: SegmentApi, warehouse: SourceWarehouse
) -> dict[str, str]:
    connections = {
        "listrak": {
            "conn_type": "listrak",
            "host": listrak.base_url,
            "login": listrak.client_id,
            "password": listrak.client_secret,
            "extra": {"token_url": listrak.token_url},
        },
        "segment": {
            "conn_type": "segment",
            "host": segment.host,
            "password": segment.write_key,
            "extra": {"settings_url": segment.settings_url, "max_events_per_second": 50_000},
        },
        "warehouse": warehouse.connection,
    }
    return {
        f"AIRFLOW_CONN_{door}_{name}".upper(): json.dumps(fields)
        for door, fields in connections.items()
    }


def _let_tasks_be_killed(place: Place) -> None:
    """Give Airflow its local settings: see kill_at_commits.py, which acts only where it is told."""
    config = place.home / "config"
    config.mkdir(parents=True)
    shutil.copy(
        Path(__file__).with_name("kill_at_commits.py"), config / "airflow_local_settings.py"
    )


def _wait_for_dags(airflow: RunningAirflow, sources: dict[str, Source]) -> None:
    """Wait for the DAG processor, and let all but the scheduled sources run when triggered."""
    wanted = {source.dag_id for source in sources.values()}
    deadline = time.monotonic() + RUN_SECONDS
    while not wanted <= {dag.dag_id for dag in airflow.api.dags("listrak_to_segment__%")}:
        assert time.monotonic() < deadline, airflow.api.import_errors()
        time.sleep(0.3)
    for source in sources.values():
        if source.name.removesuffix(POSTGRES) not in {"Hourly", "Browser", "World"}:
            airflow.api.unpause(source.dag_id)
