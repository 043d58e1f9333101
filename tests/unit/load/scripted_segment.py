"""A Segment that answers as the test says, over real loopback HTTP, faults included."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from listrak.connections import SegmentConnection
from tests.unit.scripted_server import ScriptedHandler, ScriptedServer, served

WRITE_KEY = "a-very-secret-write-key"
Sent = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One answer, or the way in which it fails to come; `accepts` also where it gets lost."""

    status: int = 200
    body: str = '{"success": true}'
    headers: tuple[tuple[str, str], ...] = ()
    fault: Literal["", "reset", "hang"] = ""
    accepts: bool = False


@dataclass(frozen=True)
class Posted:
    """One batch, as it arrived."""

    batch: list[Sent]
    headers: dict[str, str]
    size: int
    body: Sent

    @property
    def ids(self) -> list[str]:
        return [event["messageId"] for event in self.batch]


def refuse(*addresses: str, status: int = 400) -> Callable[[list[Sent]], Reply]:
    """Refuse every batch that holds one of the addresses."""

    def judge(batch: list[Sent]) -> Reply:
        is_bad = any(event["anonymousId"] in addresses for event in batch)
        return Reply(status, '{"message": "cannot be read"}') if is_bad else Reply()

    return judge


@dataclass
class ScriptedSegment:
    """`replies` are used up in order; then `judge` answers each batch."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    judge: Callable[[list[Sent]], Reply] = lambda batch: Reply()  # noqa: ARG005, E731, RUF100
    settings_replies: list[Reply] = field(default_factory=list)
    posts: list[Posted] = field(default_factory=list)
    accepted: list[Sent] = field(default_factory=list)
    settings_paths: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def connection(
        self, rate: float = 1e6, timeout: float = 5.0, settings: bool = False
    ) -> SegmentConnection:
        settings_url = f"{self.url}/projects/{{write_key}}/settings" if settings else None
        return SegmentConnection(
            "segment_test", self.url, WRITE_KEY, rate, settings_url=settings_url, timeout=timeout
        )

    def reply_to(self, posted: Posted) -> Reply:
        with self.lock:
            self.posts.append(posted)
            reply = self.replies.pop(0) if self.replies else self.judge(posted.batch)
            if reply.accepts or (reply.status == 200 and not reply.fault):
                self.accepted += posted.batch
            return reply

    def reply_to_settings(self, path: str) -> Reply:
        self.settings_paths.append(path)
        return self.settings_replies.pop(0) if self.settings_replies else Reply(body="{}")


class _Handler(ScriptedHandler):
    server: ScriptedServer[ScriptedSegment]

    def do_GET(self) -> None:  # noqa: N802 (the name that http.server calls)
        self._answer(self.server.script.reply_to_settings(self.path))

    def do_POST(self) -> None:  # noqa: N802 (the name that http.server calls)
        text = self.rfile.read(int(self.headers["Content-Length"]))
        body = json.loads(text)
        posted = Posted(body["batch"], dict(self.headers), len(text), body)
        self._answer(self.server.script.reply_to(posted))

    def _answer(self, reply: Reply) -> None:
        if reply.fault == "hang":
            self.server.script.closing.wait()
        if reply.fault:
            self.reset()
            return
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        body = reply.body.encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def scripted_segment() -> Iterator[ScriptedSegment]:
    with served(ScriptedSegment(), _Handler) as script:
        yield script
