"""Bringing Airflow up: its database, its services, a client of its REST API."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.api import AirflowApi, ApiError
from local.database import start_database
from local.environment import DATABASE_KEY, DatabaseAddress, airflow_environment, without_schedule
from local.place import Place
from local.ports import free_port, preferred_port
from local.services import Services, watched_services

AIRFLOW = str(
    Path(sys.executable).parent / "airflow"
)  # not `-m airflow`: that puts the project on sys.path
START_SECONDS = 240.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class RunningAirflow:
    """An Airflow that answers. `password` opens its UI for `username`."""

    api: AirflowApi
    environment: Mapping[str, str]
    services: Services
    username: str
    password: str


@contextlib.contextmanager
def running_airflow(
    environ: Mapping[str, str], place: Place, *, scheduled: bool = False, say: Say = lambda _: None
) -> Iterator[RunningAirflow]:
    """Run Airflow on `place` with the connections and settings of `environ`; stop it on leaving.

    Without `scheduled`, only what is triggered runs. Raises StartError and DatabaseError.
    """
    with prepared_airflow(environ, place, say) as (services, environment):
        chosen = environment if scheduled else without_schedule(environment)
        yield start_airflow(services, chosen, say)


@contextlib.contextmanager
def prepared_airflow(
    environ: Mapping[str, str], place: Place, say: Say
) -> Iterator[tuple[Services, dict[str, str]]]:
    """Hold AIRFLOW_HOME with its database up and migrated; yield what starting services takes."""
    own_database = not environ.get(DATABASE_KEY)
    with watched_services(place, with_database=own_database) as services:
        database = start_database(place.home) if own_database else None
        host = environ.get("AIRFLOW__API__HOST", "127.0.0.1")
        port = free_port(preferred_port(environ), host)
        environment = airflow_environment(environ, place, database=database, port=port)
        migrate(services, environment, database, say)
        yield services, environment


@contextlib.contextmanager
def airflow_at_hand(environ: Mapping[str, str], place: Place, say: Say) -> Iterator[dict[str, str]]:
    """Yield the environment of Airflow's commands, its database up; one started here is stopped.

    It may be used beside a scripts/run. Raises StartError and DatabaseError.
    """
    own_database = not environ.get(DATABASE_KEY)
    with watched_services(place, with_database=own_database, alone=False) as services:
        database = start_database(place.home) if own_database else None
        environment = airflow_environment(environ, place, database=database)
        migrate(services, environment, database, say)
        yield environment


def migrate(
    services: Services, environment: Mapping[str, str], database: DatabaseAddress | None, say: Say
) -> None:
    """Create or upgrade Airflow's tables, where the Airflow version or the database is another one.

    Airflow writes `airflow.cfg` on the way, with the secrets that its services then share.
    """
    done = services.place.home / "migrated.json"
    uri = database.sync if database else environment[DATABASE_KEY]
    version = importlib.metadata.version("apache-airflow-core")
    stamp = json.dumps([version, hashlib.sha256(uri.encode()).hexdigest()])
    configured = (services.place.home / "airflow.cfg").exists() or "AIRFLOW_CONFIG" in environment
    if configured and done.exists() and done.read_text(encoding="utf-8") == stamp:
        return
    say("Creating Airflow's own tables (once; about 15 s) …")
    services.start("db-migrate", [AIRFLOW, "db", "migrate"], environment)
    services.finish("db-migrate")
    done.write_text(stamp, encoding="utf-8")


def start_airflow(services: Services, environment: Mapping[str, str], say: Say) -> RunningAirflow:
    """Start the services and wait until the API answers.

    The scheduler comes last because it is then ended first: its tasks can still report their end to
    the API server. No triggerer: it costs 8 CPU seconds and 170 MB, and no task here defers.
    """
    say("Starting Airflow: API server, DAG processor, scheduler (about 30 s) …")
    address = environment["AIRFLOW__API__BASE_URL"]
    arguments = [
        "--host",
        environment["AIRFLOW__API__HOST"],
        "--port",
        environment["AIRFLOW__API__PORT"],
    ]
    services.start("api-server", [AIRFLOW, "api-server", *arguments], environment)
    services.start("dag-processor", [AIRFLOW, "dag-processor"], environment)
    services.start("scheduler", [AIRFLOW, "scheduler", "--skip-serve-logs"], environment)

    def logged_in() -> RunningAirflow | None:
        login = first_login(services.place, environment)
        if login is None:
            return None
        try:
            api = AirflowApi(address, *login)
        except ApiError:
            return None
        return RunningAirflow(api, environment, services, *login)

    return services.wait_for(logged_in, f"answer from Airflow's API at {address}", START_SECONDS)


def first_login(place: Place, environment: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the first user of the file in which Airflow's simple auth manager keeps passwords."""
    file = place.home / "simple_auth_manager_passwords.json.generated"
    named = environment.get("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE")
    try:
        users = json.loads(Path(named or file).read_text(encoding="utf-8"))
        if not named:
            file.chmod(0o600)
    except (OSError, ValueError):
        return None
    return next(iter(users.items()), None)
