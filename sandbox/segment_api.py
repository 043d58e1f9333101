"""The Segment door: `POST /v1/batch` with the tracking API's limits, and a ledger to look at."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import json
import zlib
from collections.abc import Collection, Mapping
from email.message import Message
from pathlib import Path
from typing import Any, Never, cast, get_args

from sandbox.door import HTML, JSON_LINES, Door, Reply, Request, json_reply
from sandbox.ledger import By, Ledger, Order, Traits, compact

WRITE_KEY = "SANDBOXsandboxSANDBOXsandbox0000"  # opens nothing but this sandbox
LARGEST_BODY = 500_000
LARGEST_EVENT = 32 * 1024
_SHORTEST_KEY = 10  # "abc123" is recorded as refused, 32 characters as taken
_PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>SANDBOX, not Segment</title>
<h1>SANDBOX: this is not Segment</h1>
<p>A local stand-in for Segment's tracking API. {kept} events kept in {batches} batches, {dropped}
dropped, {profiles} profiles. <a href="/ledger">Ledger</a>, traits by
<a href="/traits?order=arrival">arrival</a> or <a href="/traits?order=timestamp">timestamp</a>.
<h2>Last events</h2><pre>{last}</pre>
"""


class _BadRequestError(Exception):
    """Segment answers 400; the argument is its message."""


class SegmentApi(Door):
    """A stand-in for Segment that knows `write_keys`; `ledger` has what arrived.

    `directory`: one that exists, where segment_ledger.jsonl is kept from process to process.
    """

    def __init__(
        self,
        write_keys: Collection[str] = (WRITE_KEY,),
        port: int = 0,
        directory: Path | None = None,
    ) -> None:
        super().__init__(port)
        self.write_keys = tuple(write_keys)
        self.ledger = Ledger(directory / "segment_ledger.jsonl" if directory else None)

    @property
    def write_key(self) -> str:
        """The first of the known write keys."""
        return self.write_keys[0]

    @property
    def host(self) -> str:
        """What to put where https://api.segment.io stands."""
        return self.url

    @property
    def settings_url(self) -> str:
        """What to put where https://cdn.segment.com/v1/projects/{write_key}/settings stands."""
        return f"{self.url}/v1/projects/{{write_key}}/settings"

    def traits(self, order: Order = "arrival", by: By = "anonymousId") -> Traits:
        """Return {id: {trait: value}} as `Ledger.traits` does."""
        return self.ledger.traits(order, by)

    def failure(self, status: int) -> Reply:
        """Return the tracking API's error body."""
        return json_reply(status, {"success": False, "message": "Sandbox fault"})

    def answer(self, request: Request) -> Reply:
        """Take a batch, or show what was taken."""
        match request.method, request.path.split("/")[1:]:
            case "POST", ["v1", "batch" | "import"]:
                return self._batch(request)
            case "GET", ["v1", "projects", key, "settings"]:
                known = key in self.write_keys
                return json_reply(200 if known else 404, {"integrations": {}} if known else {})
            case "GET", [""]:
                return Reply(200, self._page().encode(), HTML)
            case "GET", ["ledger"]:
                return Reply(200, self.ledger.lines().encode(), JSON_LINES)
            case "GET", ["traits"]:
                return self._show_traits(request.query)
        return json_reply(404, {"success": False, "message": "Not found"})

    def _batch(self, request: Request) -> Reply:
        try:
            body = _body(request)
            key = _write_key(request.headers, body)
        except _BadRequestError as refusal:
            self.ledger.drop_batch(f"400: {refusal}")
            return json_reply(400, {"success": False, "message": str(refusal)})
        if key in self.write_keys:
            self.ledger.keep(body["batch"])
        else:
            self.ledger.drop_batch("unknown write key")
        return json_reply(200, {"success": True})

    def _show_traits(self, query: Mapping[str, str]) -> Reply:
        order, by = query.get("order", "arrival"), query.get("by", "anonymousId")
        if order not in get_args(Order) or by not in get_args(By):
            return json_reply(400, {"message": "order=arrival|timestamp, by=anonymousId|userId"})
        return json_reply(200, self.traits(cast("Order", order), cast("By", by)))

    def _page(self) -> str:
        ledger = self.ledger
        last = "".join(entry.line for entry in reversed(ledger.events[-20:]))
        return _PAGE.format(
            kept=len(ledger.events),
            batches=ledger.batches,
            dropped=len(ledger.dropped),
            profiles=len(self.traits()),
            last=html.escape(last),
        )


def _body(request: Request) -> dict[str, Any]:
    """Return the request's JSON; _BadRequestError for what Segment answers 400 to."""
    raw = request.body
    try:
        if request.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        body = json.loads(raw, parse_constant=_no_constant)
        batch = body.get("batch") if isinstance(body, dict) else None
        sizes = [len(compact(event).encode()) for event in batch or ()]
    except (TypeError, ValueError, OSError, EOFError, zlib.error):
        raise _BadRequestError("Invalid JSON") from None
    if len(raw) > LARGEST_BODY:
        raise _BadRequestError("Exceed payload limit: 500KB a request")
    if not isinstance(body, dict) or not isinstance(batch, list):
        raise _BadRequestError("Malformed batch")
    if max(sizes, default=0) >= LARGEST_EVENT:
        raise _BadRequestError("Exceed payload limit: 32KB an event")
    return body


def _no_constant(name: str) -> Never:
    message = f"{name} is not JSON"
    raise ValueError(message)


def _write_key(headers: Message, body: Mapping[str, Any]) -> str:
    key = body.get("writeKey")
    scheme, _, credentials = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(credentials).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            key = None
    if not isinstance(key, str) or len(key) < _SHORTEST_KEY:
        raise _BadRequestError("An invalid write key was provided")
    return key
