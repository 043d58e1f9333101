"""Ends everything that was started, once the process that started it is gone or done.

A program of its own, in a session of its own: `python -m local.watcher HOME LOCK`. Each service
writes its session's number to this program's standard input before it becomes Airflow. When the
input closes, because scripts/run closed it or was killed, the sessions are ended, the newest first,
and then the metadata database is stopped. There is no other clean-up: every end takes this way.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from local.database import stop_database_unless_used
from local.processes import end_session


def main() -> None:
    """Wait for the end of the input, then clean up. LOCK: the database's, a descriptor, or -1."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    home, lock = Path(sys.argv[1]), int(sys.argv[2])
    sessions = [int(line) for line in sys.stdin if line.strip().isdecimal()]
    for session in reversed(sessions):
        end_session(session)
    if lock >= 0:
        stop_database_unless_used(home, lock)


if __name__ == "__main__":
    main()
