"""A Listrak that answers what the test wrote down, over real loopback HTTP, faults included."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from listrak.connections import ListrakConnection
from tests.unit.scripted_server import ScriptedHandler, ScriptedServer, served

CLIENT_SECRET = "a-very-secret-secret"
ADDRESS = "ann.person@example.com"


@dataclass(frozen=True)
class Reply:
    """One answer, or the way in which it fails to come."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    fault: Literal["", "reset", "truncated", "hang", "drip"] = ""


@dataclass(frozen=True)
class Asked:
    """One request, as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str


@dataclass
class ScriptedListrak:
    """`replies` and `token_replies` are used up in order; tokens are made up when none is left."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    token_replies: list[Reply] = field(default_factory=list)
    requests: list[Asked] = field(default_factory=list)
    token_requests: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def connection(self, timeout: float = 5.0) -> ListrakConnection:
        return ListrakConnection(
            conn_id="listrak_test",
            base_url=f"{self.url}/email",
            token_url=f"{self.url}/OAuth2/Token",
            client_id="the-client",
            client_secret=CLIENT_SECRET,
            timeout=timeout,
        )

    def reply_to(self, asked: Asked) -> Reply:
        if asked.path == "/OAuth2/Token":
            self.token_requests.append(asked)
            made_up = token(f"secret-token-{len(self.token_requests)}")
            return self.token_replies.pop(0) if self.token_replies else made_up
        self.requests.append(asked)
        return self.replies.pop(0) if self.replies else Reply(b"nothing scripted", 418)


def json_reply(answer: object, status: int = 200, **headers: str) -> Reply:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Reply(json.dumps(answer).encode(), status, named)


def token(access_token: str, expires_in: float = 3599) -> Reply:
    return json_reply(
        {"access_token": access_token, "token_type": "bearer", "expires_in": expires_in}
    )


def page(emails: list[str], cursor: str | None = None) -> Reply:
    contacts = [{"emailAddress": email, "subscribeDate": "2020-01-02T03:04:05"} for email in emails]
    return json_reply({"status": 200, "nextPageCursor": cursor, "data": contacts})


def entries(*values: object) -> Reply:
    return json_reply({"status": 200, "data": list(values)})


class _Handler(ScriptedHandler):
    server: ScriptedServer[ScriptedListrak]

    def do_GET(self) -> None:  # noqa: N802 (the name that http.server calls)
        self._answer()

    def do_POST(self) -> None:  # noqa: N802 (the name that http.server calls)
        self._answer()

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        asked = Asked(self.command, parts.path, query, dict(self.headers), body)
        reply = self.server.script.reply_to(asked)
        if reply.fault == "reset":
            self.reset()
        elif reply.fault == "hang":
            self.server.script.closing.wait()
        else:
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        missing = {"truncated": 10, "drip": 1_000_000}.get(reply.fault, 0)
        self.send_header("Content-Length", str(len(reply.body) + missing))
        self.end_headers()
        self.wfile.write(reply.body)
        while reply.fault == "drip" and not self.server.script.closing.wait(0.01):
            self.wfile.write(b" ")
            self.wfile.flush()
        self.close_connection = bool(reply.fault)


@contextmanager
def scripted_listrak() -> Iterator[ScriptedListrak]:
    with served(ScriptedListrak(), _Handler) as script:
        yield script
