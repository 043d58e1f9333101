"""One HTTP exchange with Listrak: the only place that sees `requests` at work.

What the network does comes back as a value, not as an exception: the exceptions of `requests` and
`urllib3` carry addresses and headers, and would stay chained to whatever is raised for them.
"""

import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypedDict, Unpack

import msgspec
import requests
import urllib3
from requests.auth import AuthBase

from listrak.extract.retry import Step, step_after_failure, step_after_status
from listrak.retry_after import retry_after_seconds

_CHUNK = 1 << 16


class OverdueError(requests.Timeout):
    """The body drips: bytes come, but the whole does not."""


class OversizedError(requests.ConnectionError):
    """The body is larger than any answer of this API."""


@dataclass(frozen=True)
class Limits:
    """Seconds without a byte (`timeout`), seconds for a whole body, and its bytes once unpacked."""

    timeout: float
    total: float
    size: int = 256 * 1024 * 1024

    @property
    def connect_and_read(self) -> tuple[float, float]:
        """The timeouts as `requests` takes them."""
        return min(self.timeout, 10.0), self.timeout


@dataclass(frozen=True)
class Answer:
    """A status with its whole body, or the kind of failure that came instead of one.

    `authorization` is the header that the request went out with.
    """

    status: int = 0
    body: bytes = field(default=b"", repr=False)
    retry_after: float | None = None
    failure: type[Exception] | None = None
    authorization: str = field(default="", repr=False, compare=False)

    @property
    def step(self) -> Step:
        """What to do next."""
        return step_after_failure(self.failure) if self.failure else step_after_status(self.status)

    def __str__(self) -> str:
        """Return what was seen, without anything that may be about a person."""
        if self.failure:
            return f"no whole answer ({self.failure.__name__})"
        return f"HTTP {self.status} {error_code(self.body)}".rstrip()


class Parts(TypedDict, total=False):
    """The parts of a request that are used here."""

    params: Mapping[str, str]
    data: Mapping[str, str]
    auth: AuthBase


def exchange(
    session: requests.Session, method: str, url: str, limits: Limits, **parts: Unpack[Parts]
) -> Answer:
    """Send one request and return what came of it. Redirects are not followed.

    Raises nothing for the network; what the session's auth raises (the errors of this project)
    passes through.
    """
    try:
        with session.request(
            method,
            url,
            timeout=limits.connect_and_read,
            stream=True,
            allow_redirects=False,
            **parts,
        ) as response:
            return Answer(
                response.status_code,
                _body(response, limits),
                retry_after_seconds(response.headers.get("Retry-After"), datetime.now(UTC)),
                authorization=str(response.request.headers.get("Authorization", "")),
            )
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as failure:
        return Answer(failure=type(failure))


def _body(response: requests.Response, limits: Limits) -> bytes:
    """Read what has arrived (`read1`): a plain read would wait for a full chunk, however slow."""
    deadline = time.monotonic() + limits.total
    body = bytearray()
    while piece := response.raw.read1(_CHUNK, decode_content=True):
        body += piece
        if len(body) > limits.size:
            raise OversizedError
        if time.monotonic() > deadline:
            raise OverdueError
    return bytes(body)


class _Refusal(msgspec.Struct):
    error: str


def error_code(body: bytes) -> str:
    """Return Listrak's error code, or "". Never its message: it may quote what was sent.

    Two shapes: `{"status", "error": "ERROR_…", "message"}`, and the token endpoint's
    `{"error": "Invalid Credentials"}`.
    """
    try:
        code = msgspec.json.decode(body, type=_Refusal).error.upper().replace(" ", "_")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
    return code if re.fullmatch(r"[A-Z_]{1,64}", code) else ""


def quiet_wire_log() -> None:
    """Silence urllib3's log of whole URLs, at DEBUG and in some warnings."""
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
