"""The time, as the load needs it: handed in, so that tests need not wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from listrak.clock import utc_now


class StoppedError(Exception):
    """A wait was cut short: the load ends for another reason."""


@dataclass(frozen=True)
class Clock:
    """`now`: naive UTC. `monotonic` and `sleep`: seconds."""

    now: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def until(self, stop: threading.Event) -> Clock:
        """Return this clock with a `sleep` that ends at once, by StoppedError, when `stop` is set.

        Threads that wait for Segment would otherwise keep a killed task and its lease alive.
        """

        def sleep(seconds: float) -> None:
            if self.sleep is time.sleep:
                stop.wait(seconds)
            elif not stop.is_set():
                self.sleep(seconds)
            if stop.is_set():
                raise StoppedError

        return replace(self, sleep=sleep)
