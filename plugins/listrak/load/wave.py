"""Several batches in flight: posted by threads, watched by the task's own thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from listrak.errors import FatalError
from listrak.load.batches import Batch
from listrak.load.clock import StoppedError

IN_FLIGHT = 4
SECONDS_BETWEEN_BEATS = 60.0  # well under the lease's time to live


def post_wave(
    chains: Iterable[list[Batch]],
    deliver: Callable[[Batch], None],
    keep_lease: Callable[[], None],
    stop: threading.Event,
) -> BaseException | None:
    """Deliver all batches, at most IN_FLIGHT at once, those of a chain one after the other.

    `keep_lease` is called every SECONDS_BETWEEN_BEATS meanwhile. After a failure, or when this
    thread is interrupted, `stop` is set: no further batch is begun and those in flight end. Returns
    the failure that matters most.
    """

    def deliver_chain(batches: list[Batch]) -> None:
        for batch in batches:
            if stop.is_set():
                return
            try:
                deliver(batch)
            except BaseException:
                stop.set()
                raise

    with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="segment") as pool:
        futures = [pool.submit(deliver_chain, chain) for chain in chains]
        try:
            _watch(futures, keep_lease)
        except BaseException:
            stop.set()
            raise
    failures = [future.exception() for future in futures]
    return min(filter(None, failures), key=_weight, default=None)


def _watch(futures: list[Future[None]], keep_lease: Callable[[], None]) -> None:
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, SECONDS_BETWEEN_BEATS, return_when=FIRST_EXCEPTION)
        if any(future.exception() for future in done):
            return
        if waiting:
            keep_lease()


def _weight(failure: BaseException) -> int:
    """Order failures: a fatal one matters most, one that only followed another least."""
    return 0 if isinstance(failure, FatalError) else 2 if isinstance(failure, StoppedError) else 1
