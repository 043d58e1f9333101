"""Starting services so that none of them outlives scripts/run, whatever happens to it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from local.database import database_lock
from local.place import Place
from local.processes import end_session, is_alive, wait_until

SCRIPTS = Path(__file__).resolve().parents[1]
# The shell tells the watcher its session's number (its process id) before it becomes the service.
ANNOUNCE = 'echo $$ >&0; exec "$@" </dev/null'
TAIL_LINES = 15
ENDING_SECONDS = 60.0

Found = TypeVar("Found")


class StartError(Exception):
    """Something does not start, or stopped by itself; says what and where its log is."""


@dataclass
class Services:
    """The services started here, each in a session of its own, its output in `logs/<name>.log`."""

    place: Place
    watcher: subprocess.Popen[bytes]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        """Start a service in the project's directory."""
        with self._log(name).open("wb") as output:
            self.running[name] = subprocess.Popen(
                ["/bin/sh", "-c", ANNOUNCE, "sh", *command],
                stdin=self.watcher.stdin,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.place.project,
                env=dict(environment),
                start_new_session=True,
            )

    def finish(self, name: str) -> None:
        """Wait for a service that ends by itself. Raises StartError when it fails."""
        process = self.running.pop(name)
        if process.wait() != 0:
            raise self._stopped(name, process)

    def check(self) -> None:
        """Raise StartError when a service has stopped by itself."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise self._stopped(name, process)

    def wait_for(self, look: Callable[[], Found | None], what: str, seconds: float) -> Found:
        """Return the first thing that `look` finds.

        Raises StartError after `seconds`, or when a service stops.
        """
        deadline = time.monotonic() + seconds
        while (found := look()) is None:
            self.check()
            if time.monotonic() >= deadline:
                raise StartError(
                    f"No {what} after {seconds:.0f} s. The logs are in {self.place.logs}."
                )
            time.sleep(0.3)
        return found

    def output(self, name: str) -> str:
        """Return what a service has printed so far."""
        return self._log(name).read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """End all services and wait for it; the watcher does it, and here only if it was killed."""
        if self.watcher.stdin:
            self.watcher.stdin.close()
        if self.watcher.wait() != 0:
            for process in reversed(self.running.values()):
                end_session(process.pid)
        for process in self.running.values():
            process.wait()

    def _log(self, name: str) -> Path:
        return self.place.logs / f"{name}.log"

    def _stopped(self, name: str, process: subprocess.Popen[bytes]) -> StartError:
        tail = "\n".join(f"  {line}" for line in self.output(name).splitlines()[-TAIL_LINES:])
        return StartError(
            f"{name} stopped with status {process.returncode}. "
            f"The end of {self._log(name)}:\n{tail}"
        )


@contextlib.contextmanager
def watched_services(
    place: Place, *, with_database: bool, alone: bool = True
) -> Iterator[Services]:
    """Yield the services of an AIRFLOW_HOME; on leaving, end them and the unused database.

    Raises StartError when it is to be held `alone` and another scripts/run holds it.
    """
    place.logs.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        home_lock = held.enter_context(_home_lock(place.home)) if alone else -1
        lock = held.enter_context(database_lock(place.home)) if with_database else -1
        inherited = [fd for fd in (home_lock, lock) if fd >= 0]
        watcher = subprocess.Popen(
            [sys.executable, "-m", "local.watcher", str(place.home), str(lock)],
            stdin=subprocess.PIPE,
            cwd=SCRIPTS,
            start_new_session=True,
            pass_fds=inherited,
        )
        services = Services(place, watcher)
        held.callback(services.stop)
        if alone:
            held.callback(os.ftruncate, home_lock, 0)  # first of all: it is ending
        yield services


@contextlib.contextmanager
def _home_lock(home: Path) -> Iterator[int]:
    """Be the only scripts/run on this AIRFLOW_HOME; one that is ending or was killed is waited for.

    The file names the process that is up; it is empty while that one is ending.
    """
    path = home / "run.lock"
    with path.open("a+", encoding="utf-8") as file:
        wait_until(lambda: _taken(file.fileno()) or _holder(path) is not None, ENDING_SECONDS)
        if not _taken(file.fileno()):
            holder = _holder(path)
            state = f"up already on {home} (process {holder})" if holder else f"ending on {home}"
            raise StartError(
                f"scripts/run is {state}. Stop it, or set AIRFLOW_HOME to another directory."
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def _holder(path: Path) -> int | None:
    """Return the live process that the lock file names."""
    text = path.read_text(encoding="utf-8")
    return int(text) if text.isdecimal() and is_alive(int(text)) else None


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
