"""Ending processes: the only module that looks at the machine's process table."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable

import psutil


def is_alive(pid: int) -> bool:
    """Tell whether the process runs. One that ended and waits for its parent does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def name_of(pid: int) -> str:
    """Return the program's name, or "" when there is no such process."""
    try:
        return str(psutil.Process(pid).name())
    except psutil.Error:
        return ""


def in_session(session: int) -> list[int]:
    """Return the live processes of a session.

    A session holds all that its leader started, however deep: Airflow puts every task into a
    process group of its own, and a task can outlive its parent, so neither would find it.
    """
    return [pid for pid in psutil.pids() if _session_of(pid) == session and is_alive(pid)]


def end_session(session: int, patience: float = 10.0) -> None:
    """Ask every process of the session to end; after `patience` seconds, kill what is left."""
    _signal_all(in_session(session), signal.SIGTERM)
    if wait_until(lambda: not in_session(session), patience):
        return
    while remaining := in_session(session):
        _signal_all(remaining, signal.SIGKILL)
        wait_until(lambda: not in_session(session), 1.0)


def end_process(pid: int, *escalation: signal.Signals, patience: float = 15.0) -> None:
    """Send each signal in turn, waiting `patience` seconds after each for the process to end."""
    for number in escalation:
        _signal_all([pid], number)
        if wait_until(lambda: not is_alive(pid), patience):
            return


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    """Poll until the condition holds; False when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None


def _signal_all(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
