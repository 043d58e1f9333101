"""The one door to Segment: posts a batch and says, by a table, what the answer means.

Segment's own library makes the request (`segment.analytics.request.post`, which sets `sentAt` anew
each time); its client is not used, because it drops events silently when its queue is full.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

import requests
from segment.analytics import request as library
from segment.analytics.request import APIError, post

from listrak.load.identify import Payload
from listrak.retry_after import retry_after_seconds

# They log bodies (addresses) and URLs (the write key, in the key check); what matters is raised.
logging.getLogger("segment").setLevel(logging.CRITICAL)
logging.getLogger("urllib3").setLevel(logging.ERROR)

# A redirect would take addresses and the write key to another host (307, 308), or deliver nothing.
library._session.max_redirects = 0

LONGEST_MESSAGE = 200


class Outcome(Enum):
    """What an answer calls for."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    SPLIT = "split"  # an event in it is bad, or it is too large: the halves may pass
    UNKNOWN_KEY = "unknown key"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """What came back for a batch. `status`: None without an answer; `retry_after`: seconds.

    `message` is Segment's own, shortened; None where it might hold an address or the key.
    """

    outcome: Outcome
    status: int | None = None
    seen: str = ""
    message: str | None = None
    retry_after: float | None = None


# Statuses as segment-analytics-python 2.4.0 treats them; 400 and 413 are what Segment's HTTP API
# documents for a batch with an event it cannot read or a body that is too large.
BY_STATUS = {
    400: Outcome.SPLIT,
    408: Outcome.RETRY,
    410: Outcome.RETRY,
    413: Outcome.SPLIT,
    429: Outcome.RETRY,
    460: Outcome.RETRY,
    501: Outcome.REFUSED,
    505: Outcome.REFUSED,
}
PASSING_FAILURES = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


@dataclass(frozen=True)
class Segment:
    """Where to post, with which key (hidden in a repr), and how many seconds to wait for bytes."""

    host: str
    write_key: str
    timeout: float

    def __repr__(self) -> str:
        return f"Segment(host={self.host!r})"

    def post(self, events: Sequence[Payload], earlier_tries: int = 0) -> Answer:
        """Post one batch once; never raises for what the network or Segment does."""
        try:
            response = post(
                self.write_key,
                host=self.host,
                timeout=self.timeout,
                retry_count=earlier_tries,
                batch=events,
            )
        except APIError as error:
            response = error.response
        except requests.TooManyRedirects:
            return Answer(Outcome.REFUSED, seen="redirected the request")
        except requests.RequestException as error:
            return _after_failure(type(error))
        return self._answer(response)

    def _answer(self, response: requests.Response) -> Answer:
        outcome = outcome_of(response.status_code)
        if outcome is Outcome.ACCEPTED:
            return Answer(outcome, response.status_code)
        message = message_in(response.text)
        if outcome is Outcome.SPLIT and re.search(r"write.?key", message, re.IGNORECASE):
            outcome = Outcome.UNKNOWN_KEY
        return Answer(
            outcome,
            response.status_code,
            f"answered {response.status_code}",
            harmless(message, self.write_key),
            retry_after_seconds(response.headers.get("Retry-After"), datetime.now(UTC)),
        )


def outcome_of(status: int) -> Outcome:
    """Return what an HTTP status calls for."""
    if 200 <= status <= 299:  # noqa: PLR2004 (HTTP's own)
        return Outcome.ACCEPTED
    other = Outcome.RETRY if 500 <= status <= 599 else Outcome.REFUSED  # noqa: PLR2004 (HTTP's own)
    return BY_STATUS.get(status, other)


def message_in(body: str) -> str:
    """Return what a refusal's body says."""
    try:
        decoded = json.loads(body)
    except ValueError:
        decoded = body
    return str(decoded.get("message", "") if isinstance(decoded, dict) else decoded)


def harmless(message: str, write_key: str) -> str | None:
    """Return a message shortened, or None where it is empty or could tell an address or the key."""
    if not message or any(part in message for part in ("@", "%40", write_key)):
        return None
    storable = message.replace("\0", " ").encode(errors="replace").decode()
    return " ".join(storable.split())[:LONGEST_MESSAGE]


def _after_failure(failure: type[Exception]) -> Answer:
    passing = issubclass(failure, PASSING_FAILURES)
    outcome = Outcome.RETRY if passing else Outcome.REFUSED
    return Answer(outcome, seen=f"did not answer ({failure.__name__})")
