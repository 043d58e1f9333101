"""scripts/airflow: Airflow's own command line, in the environment of scripts/run."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from types import FrameType

from local.database import DatabaseError
from local.decision import current_decision, read_decision
from local.place import find_place
from local.running import AIRFLOW, airflow_at_hand
from local.services import StartError
from local.sources import listrak_conn_ids


def main(arguments: list[str]) -> int:
    """Run one Airflow command and return its status; a database started for it is stopped."""
    place = find_place(os.environ)
    try:
        with airflow_at_hand(os.environ, place, _note) as environment:
            decision = current_decision(read_decision(place), listrak_conn_ids(), os.environ)
            return _run([AIRFLOW, *arguments], {**environment, **decision.connections})
    except (StartError, DatabaseError) as error:
        print(f"scripts/airflow: {error}", file=sys.stderr)
        return 1


def _run(command: list[str], environment: Mapping[str, str]) -> int:
    """Wait for the command through every signal: Ctrl-C reaches it too, others are passed on."""
    process = subprocess.Popen(command, env=dict(environment))

    def pass_on(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            status = process.wait()
            return status if status >= 0 else 128 - status


def _note(line: str) -> None:
    print(line, file=sys.stderr)
