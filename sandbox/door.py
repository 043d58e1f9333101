"""The HTTP/1.1 server under both doors: keep-alive, faults on demand, no thread left behind."""

from __future__ import annotations

import json
import select
import socket
import socketserver
import struct
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.message import Message
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from sandbox.faults import Fault, Faults

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
JSON_LINES = "application/x-ndjson"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Request:
    """A request as it came; `path` still percent-encoded, `query` decoded (the last value wins)."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message
    body: bytes


@dataclass(frozen=True)
class Reply:
    """A whole answer."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def json_reply(status: int, value: object) -> Reply:
    """Return `value` as compact UTF-8 JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Reply(status, text.encode())


class Door(ABC):
    """One stand-in server on the loopback address; a context manager, startable again.

    `port`: 0 takes a free one, kept over a stop and a new start. `faults` may be added at any
    time, also by `POST /sandbox/faults` with a fault or a list of them as JSON (`DELETE` clears).
    `requests`: (method, path, query) of every request so far, in order of arrival; no bodies.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.faults = Faults()
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """`http://127.0.0.1:port`; the port is known from the start on."""
        return f"http://127.0.0.1:{self.port}"

    @abstractmethod
    def answer(self, request: Request) -> Reply:
        """Do what the request asks and return the answer."""

    @abstractmethod
    def failure(self, status: int) -> Reply:
        """Return this API's own error body for a status."""

    def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        self._server = _Server(self, self.port)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        """Close every connection and wait for the threads; harmless when not started."""
        if self._server and self._thread:
            self._server.stop()
            self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def reply(self, request: Request, fault: Fault | None) -> Reply:
        """Answer the request, or as the fault says instead of it."""
        if request.path == "/sandbox/faults":
            return self._take_faults(request)
        match fault.kind if fault else None:
            case "status":
                return self.failure(fault.status if fault else 500)
            case "html":
                page = b"<!DOCTYPE html><html><body><h1>Sandbox fault</h1></body></html>"
                return Reply(fault.status if fault else 500, page, HTML)
            case "not_json":
                return Reply(200, b"Sandbox fault: this is not JSON {")
        return self.answer(request)

    def _take_faults(self, request: Request) -> Reply:
        if request.method == "DELETE":
            self.faults.clear()
        elif request.method == "POST":
            try:
                posted = json.loads(request.body)
                faults = posted if isinstance(posted, list) else [posted]
                self.faults.add(*(Fault(**fault) for fault in faults))
            except (TypeError, ValueError) as error:
                return json_reply(400, {"error": f"Not a fault: {error}"})
        return json_reply(200, {"waiting": len(self.faults)})


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = False  # so that server_close() waits for every connection's thread
    request_queue_size = 128

    def __init__(self, door: Door, port: int) -> None:
        self.door = door
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def stop(self) -> None:
        self.shutdown()
        for connection in self._open.copy():
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # gone already
        self.server_close()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Close; without the usual FIN first where a reset was asked for."""
        if not isinstance(request, socket.socket):
            return
        self._open.discard(request)
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == _RESET_ON_CLOSE:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that went away: that is the client's right."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # stub narrower


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "ListrakSegmentSandbox"
    sys_version = ""
    wbufsize = -1  # head and body leave together
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        door = self.server.door
        request = self._request()
        door.requests.append((request.method, request.path, dict(request.query)))
        own = request.path.startswith("/sandbox/")
        fault = None if own else door.faults.take(self.path)
        kind = fault.kind if fault else None
        if kind == "hang":  # readable again once the client goes or the server stops
            select.select([self.connection], [], [])
        if kind in {"hang", "reset"}:
            return self._reset()
        reply = door.reply(request, fault)
        if kind == "reset_after":
            return self._reset()
        if fault and fault.retry_after is not None:
            reply = replace(reply, headers=(("Retry-After", str(fault.retry_after)),))
        return self._write(reply, cut=kind == "truncated")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 (the base's names)

    def _request(self) -> Request:
        target = urlsplit(self.path)
        query = dict(parse_qsl(target.query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return Request(self.command, target.path, query, self.headers, body)

    def _write(self, reply: Reply, *, cut: bool) -> None:
        self.send_response(reply.status)
        length = len(reply.body)
        headers = (("Content-Type", reply.content_type), ("Content-Length", str(length)))
        for name, value in headers + reply.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body[: length // 2] if cut else reply.body)
        self.close_connection = self.close_connection or cut

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Log nothing: a target may hold an address."""
