"""A line to a PostgreSQL server on which the answer to a commit gets lost."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingUnixStreamServer
from typing import Any

from listrak.warehouse.postgres.server import PostgresServer
from tests.unit.postgres_cluster import PostgresCluster

SOCKET = ".s.PGSQL.5432"
COMMITTED = b"COMMIT\0"  # what the server says once it has
PIECE = 1 << 16


class Line(ThreadingUnixStreamServer):
    """Passes everything on. `breaks_at_commit`: the next one is kept, then the server is killed."""

    daemon_threads = True

    def __init__(self, cluster: PostgresCluster, directory: str) -> None:
        super().__init__(f"{directory}/{SOCKET}", _Passing)
        self.cluster = cluster
        self.directory = directory
        self.breaks_at_commit = False

    def door(self, **fields: Any) -> PostgresServer:
        return self.cluster.door(host=self.directory, **fields)


class _Passing(BaseRequestHandler):
    server: Line

    def handle(self) -> None:
        with socket.socket(socket.AF_UNIX) as onward, suppress(OSError):
            onward.connect(f"{self.server.cluster.connection().host}/{SOCKET}")
            threading.Thread(target=_pass, args=(self.request, onward), daemon=True).start()
            while piece := onward.recv(PIECE):
                if self.server.breaks_at_commit and COMMITTED in piece:
                    self.server.breaks_at_commit = False
                    self.server.cluster.kill()
                    return
                self.request.sendall(piece)


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def breakable_line(cluster: PostgresCluster) -> Iterator[Line]:
    # Not in the test's own directory: a socket's path must be short.
    with tempfile.TemporaryDirectory() as directory, Line(cluster, directory) as line:
        serving = threading.Thread(target=line.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield line
        finally:
            line.shutdown()
            serving.join()
