"""The environment of every Airflow process, and the ports in it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from local.environment import DatabaseAddress, airflow_environment, without_schedule
from local.place import Place, find_place
from local.ports import USUAL_PORT, free_port, preferred_port

PLACE = Place(Path("/project"), Path("/home"))
DATABASE = DatabaseAddress("postgresql+psycopg2://x", "postgresql+asyncpg://x")


def test_home_is_in_the_project_unless_the_environment_names_another() -> None:
    assert find_place({}, Path("/project")).home == Path("/project/.airflow")
    assert find_place({"AIRFLOW_HOME": "/elsewhere"}, Path("/project")).home == Path("/elsewhere")


def test_relative_home_is_made_absolute() -> None:
    assert find_place({"AIRFLOW_HOME": "there"}).home == Path.cwd() / "there"


def test_folders_and_home_are_the_projects() -> None:
    environment = airflow_environment({}, PLACE, database=DATABASE, port=8080)

    assert environment["AIRFLOW_HOME"] == "/home"
    assert environment["AIRFLOW__CORE__DAGS_FOLDER"] == "/project/dags"
    assert environment["AIRFLOW__CORE__PLUGINS_FOLDER"] == "/project/plugins"
    assert environment["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("AIRFLOW__CORE__PARALLELISM", "2"),
        ("AIRFLOW_CONN_LISTRAK_DEFAULT", "{}"),
        ("LISTRAK_SOURCES_FILE", "mine.yaml"),
        ("AIRFLOW__SMTP__SMTP_HOST", "mail"),
    ],
)
def test_what_the_user_set_stays(key: str, value: str) -> None:
    environment = airflow_environment({key: value}, PLACE, database=DATABASE, port=8080)

    assert environment[key] == value


def test_addresses_fit_the_port_in_use_whatever_the_user_set() -> None:
    asked = {"AIRFLOW__API__PORT": "1", "AIRFLOW__API__BASE_URL": "http://elsewhere"}

    environment = airflow_environment(asked, PLACE, database=DATABASE, port=4321)

    assert environment["AIRFLOW__API__PORT"] == "4321"
    assert environment["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:4321"
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == (
        "http://127.0.0.1:4321/execution/"
    )


def test_own_database_of_the_user_stays() -> None:
    asked = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql://theirs"}

    environment = airflow_environment(asked, PLACE, database=None)

    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == "postgresql://theirs"
    assert "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC" not in environment


def test_foreign_python_paths_do_not_reach_airflow() -> None:
    environment = airflow_environment({"PYTHONPATH": "/odd"}, PLACE, database=DATABASE)

    assert "PYTHONPATH" not in environment


def test_without_schedule_only_triggered_runs_start() -> None:
    assert without_schedule({})["AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE"] == "False"


def test_taken_port_gives_way_to_a_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        chosen = free_port(port)

    assert chosen != port
    assert free_port(port) == port


@pytest.mark.parametrize(
    ("asked", "port"), [("9000", 9000), ("", USUAL_PORT), ("x", USUAL_PORT), ("99999", USUAL_PORT)]
)
def test_preferred_port_is_the_users_where_it_is_one(asked: str, port: int) -> None:
    assert preferred_port({"AIRFLOW__API__PORT": asked}) == port
