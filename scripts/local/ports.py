"""Which port to listen on: the usual one when it is free, else any free one."""

from __future__ import annotations

import socket
from collections.abc import Mapping

USUAL_PORT = 8080


def preferred_port(environ: Mapping[str, str]) -> int:
    """Return the port of the UI that the user asked for, or the usual one."""
    asked = environ.get("AIRFLOW__API__PORT", "")
    return int(asked) if asked.isdecimal() and 0 < int(asked) <= 65535 else USUAL_PORT  # noqa: PLR2004 (TCP's highest port)


def free_port(preferred: int, host: str = "127.0.0.1") -> int:
    """Return `preferred` when nothing listens on it, else a port that the system calls free."""
    return preferred if _is_free(preferred, host) else _bound_port(0, host)


def _is_free(port: int, host: str) -> bool:
    try:
        _bound_port(port, host)
    except OSError:
        return False
    return True


def _bound_port(port: int, host: str) -> int:
    """Bind and let go. SO_REUSEADDR, as servers set it: a port in TIME_WAIT counts as free."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
        number: int = door.getsockname()[1]
        return number
