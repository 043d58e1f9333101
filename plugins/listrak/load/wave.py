"""Several batches in flight: posted by threads, watched by the task's own thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from listrak.errors import FatalError
from listrak.load.batches import Batch

IN_FLIGHT = 4
SECONDS_BETWEEN_BEATS = 10.0


def post_wave(
    chains: Iterable[list[Batch]], deliver: Callable[[Batch], None], beat: Callable[[], None]
) -> BaseException | None:
    """Deliver all batches, at most IN_FLIGHT at once, those of a chain one after the other.

    `beat` is called every SECONDS_BETWEEN_BEATS while it takes. After a failure no further chain is
    begun and those in flight end; returns the failure that matters most.
    """
    with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="segment") as pool:
        futures = [pool.submit(_deliver_chain, chain, deliver) for chain in chains]
        try:
            _watch(futures, beat)
        finally:
            for future in futures:
                future.cancel()
    failures = [future.exception() for future in futures if not future.cancelled()]
    return min(filter(None, failures), key=_is_passing, default=None)


def _watch(futures: list[Future[None]], beat: Callable[[], None]) -> None:
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, SECONDS_BETWEEN_BEATS, return_when=FIRST_EXCEPTION)
        if any(future.exception() for future in done):
            return
        if waiting:
            beat()


def _deliver_chain(chain: list[Batch], deliver: Callable[[Batch], None]) -> None:
    for batch in chain:
        deliver(batch)


def _is_passing(failure: BaseException) -> bool:
    return not isinstance(failure, FatalError)
