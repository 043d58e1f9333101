"""A loopback HTTP server that answers as a test says; what both doors' scripts share."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Generic, Protocol, TypeVar


class Script(Protocol):
    """What a test says; `closing` is set when the server stops, so that nothing hangs longer."""

    url: str
    closing: threading.Event


ScriptT = TypeVar("ScriptT", bound=Script)


class ScriptedServer(ThreadingHTTPServer, Generic[ScriptT]):
    daemon_threads = True
    script: ScriptT

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gives up is what some tests are about."""


class ScriptedHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one piece: two would wait for a delayed acknowledgement

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        pass


@contextmanager
def served(script: ScriptT, handler: type[ScriptedHandler]) -> Iterator[ScriptT]:
    """Serve `script` on a free port of this machine until the block ends."""
    with ScriptedServer[ScriptT](("127.0.0.1", 0), handler) as server:
        script.url = f"http://127.0.0.1:{server.server_port}"
        server.script = script
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield script
        finally:
            script.closing.set()
            server.shutdown()
            thread.join()
