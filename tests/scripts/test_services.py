"""No service outlives what started it, however that ends. Real processes, real PostgreSQL."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.database import DatabaseError, start_database
from local.place import PROJECT, Place
from local.processes import is_alive, wait_until
from local.running import first_login
from local.services import SCRIPTS, Services, StartError, watched_services
from local.stored import stored_connections

# Starts PostgreSQL and a service that starts another, in its own group and deaf to SIGTERM, as deep
# down as a task of Airflow's. Prints all process ids, then waits to be ended.
STARTER = """
import json, os, signal, sys, time
from pathlib import Path
from local.database import start_database
from local.place import Place
from local.services import watched_services
home = Path(sys.argv[1])
child = '''
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
deep = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], process_group=0)
print(os.getpid(), deep.pid, flush=True)
time.sleep(600)
'''
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
with watched_services(Place(home, home), with_database=True) as services:
    start_database(home)
    services.start("deaf", [sys.executable, "-c", child], os.environ)
    pids = services.wait_for(lambda: services.output("deaf").split() or None, "child", 20)
    postmaster = (home / "postgres" / "postmaster.pid").read_text().splitlines()[0]
    print(json.dumps([int(pid) for pid in [*pids, postmaster]]), flush=True)
    time.sleep(600)
"""

SLOW = "trap 'sleep 1; exit' TERM; echo up; while :; do sleep 0.1; done"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(PROJECT, tmp_path / "home")


@pytest.fixture
def services(place: Place) -> Iterator[Services]:
    with watched_services(place, with_database=False) as started:
        yield started


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_a_starter_ended_by(number: signal.Signals, tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
    )
    assert starter.stdout
    pids = json.loads(starter.stdout.readline())
    assert all(is_alive(pid) for pid in pids)

    starter.send_signal(number)
    starter.wait(60)
    starter.stdout.close()

    assert len(pids) == 3
    assert wait_until(lambda: not any(is_alive(pid) for pid in pids), 60)


def test_second_holder_of_a_home_is_refused(place: Place, services: Services) -> None:
    with (
        pytest.raises(StartError, match=rf"is up already on .*\(process {os.getpid()}\)"),
        watched_services(place, with_database=False),
    ):
        pytest.fail("both hold it")

    assert is_alive(services.watcher.pid)


def test_home_whose_holder_is_ending_is_waited_for(place: Place) -> None:
    lock, first = place.home / "run.lock", ExitStack()
    services = first.enter_context(watched_services(place, with_database=False))
    services.start("slow", ["/bin/sh", "-c", SLOW], os.environ)
    services.wait_for(lambda: services.output("slow") or None, "sign", 20)
    with ThreadPoolExecutor(1) as other:
        ending = other.submit(first.close)
        assert wait_until(lambda: not lock.read_text(encoding="utf-8"), 20)

        with watched_services(place, with_database=False):
            assert lock.read_text(encoding="utf-8") == str(os.getpid())
            assert services.running["slow"].poll() is not None

        ending.result()


def test_database_refuses_a_path_that_its_server_cannot_take(tmp_path: Path) -> None:
    home = tmp_path / "my project"

    with pytest.raises(DatabaseError, match=r"cannot start in .*/my project/postgres: .*Set AIRFL"):
        start_database(home)

    assert not home.exists()


def test_unreadable_connections_are_told_in_words() -> None:
    with pytest.raises(DatabaseError, match=r"cannot be read \(OperationalError\)\. .*migrated"):
        stored_connections("sqlite://")


def test_login_is_read_from_the_file_that_the_user_named(place: Place, tmp_path: Path) -> None:
    named = tmp_path / "passwords.json"
    named.write_text('{"me": "secret"}', encoding="utf-8")
    environment = {"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(named)}

    assert first_login(place, environment) == ("me", "secret")
    assert first_login(place, {}) is None


def test_service_that_stops_is_reported_with_the_end_of_its_log(services: Services) -> None:
    services.start("short", ["/bin/sh", "-c", "echo the last word; exit 3"], os.environ)

    with pytest.raises(StartError, match=r"(?s)^short stopped with status 3.*the last word"):
        services.wait_for(lambda: None, "sign", 20)


def test_waiting_has_a_bound(services: Services) -> None:
    with pytest.raises(StartError, match="No sign after 0 s"):
        services.wait_for(lambda: None, "sign", 0)


def test_database_is_stopped_by_its_last_user(place: Place) -> None:
    postmaster = place.home / "postgres" / "postmaster.pid"
    with watched_services(place, with_database=True, alone=False):
        start_database(place.home)
        pid = int(postmaster.read_text(encoding="utf-8").splitlines()[0])
        with watched_services(place, with_database=True, alone=False):
            start_database(place.home)

        assert is_alive(pid)

    assert not is_alive(pid)


def test_pid_file_of_a_killed_database_is_not_believed(place: Place) -> None:
    (place.home / "postgres").mkdir(parents=True)
    with watched_services(place, with_database=True):
        (place.home / "postgres" / "postmaster.pid").write_text(
            f"{os.getpid()}\n", encoding="utf-8"
        )

        address = start_database(place.home)

    assert str(place.home) in address.sync
