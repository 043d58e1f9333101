"""One switch to make either door misbehave: a queue of faults, each for some requests."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal["status", "html", "not_json", "truncated", "reset", "reset_after", "hang"]


@dataclass(frozen=True)
class Fault:
    """One way to misbehave, for `times` requests (None: all) after `skip` others.

    `path`: a regular expression searched in the request's target (path and query as sent).
    `status`: answered without doing anything, with the door's own error body; `html`: the same
    with an HTML page; `not_json`: 200 with text that is not JSON; `truncated`: the true answer,
    cut in half; `reset`: TCP reset, nothing done; `reset_after`: done, then TCP reset instead of
    the answer; `hang`: no answer until the server stops or the client goes.
    `status` counts for the kinds `status` and `html`; `retry_after` (seconds or an HTTP date)
    becomes a header of any answer.
    """

    kind: Kind
    path: str = ""
    skip: int = 0
    times: int | None = 1
    status: int = 500
    retry_after: int | str | None = None

    def __post_init__(self) -> None:
        """Refuse what a JSON request may get wrong: ValueError."""
        if self.kind not in get_args(Kind):
            message = f"kind is {self.kind!r}; expected one of {', '.join(get_args(Kind))}"
            raise ValueError(message)
        try:
            re.compile(self.path)
        except re.error as error:
            message = f"path is not a regular expression: {error}"
            raise ValueError(message) from None


@dataclass
class _Queued:
    fault: Fault
    seen: int = 0


@dataclass
class Faults:
    """The faults waiting at one door. Thread-safe."""

    _queue: list[_Queued] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, *faults: Fault) -> None:
        """Put faults at the end of the queue."""
        with self._lock:
            self._queue += [_Queued(fault) for fault in faults]

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._queue.clear()

    def __len__(self) -> int:
        return len(self._queue)

    def take(self, target: str) -> Fault | None:
        """Return the first fault due for this request; those before it count it as skipped."""
        with self._lock:
            for queued in self._queue:
                fault = queued.fault
                if not re.search(fault.path, target):
                    continue
                queued.seen += 1
                if queued.seen <= fault.skip:
                    continue
                if fault.times is not None and queued.seen >= fault.skip + fault.times:
                    self._queue.remove(queued)
                return fault
        return None
