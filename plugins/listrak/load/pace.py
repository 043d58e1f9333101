"""How fast events are posted: never more than the connection's `max_events_per_second`."""

from __future__ import annotations

import threading

from listrak.load.clock import Clock


def earliest_next(previous_start: float, events: int, rate: float) -> float:
    """Return when the next post may start after one of `events` events, in seconds."""
    return previous_start + events / rate


class Pace:
    """Hands out starting times to the threads that post; a first post starts at once."""

    def __init__(self, rate: float, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        self._next_start = clock.monotonic()

    def wait(self, events: int) -> None:
        """Sleep until a post of `events` events may start."""
        with self._lock:
            now = self._clock.monotonic()
            start = max(now, self._next_start)
            self._next_start = earliest_next(start, events, self._rate)
        if start > now:
            self._clock.sleep(start - now)

    def pause(self, seconds: float) -> None:
        """Let no post start for so long: Segment asked one of the threads to wait."""
        with self._lock:
            self._next_start = max(self._next_start, self._clock.monotonic() + seconds)
