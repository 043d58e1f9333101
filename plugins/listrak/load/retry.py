"""Posting at the agreed rate, and again while Segment's answer may pass by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import tenacity

from listrak.load.batches import Batch
from listrak.load.clock import Clock
from listrak.load.pace import Pace
from listrak.load.refusal import unavailable
from listrak.load.segment import Answer, Outcome, Segment
from listrak.retry_after import LONGEST_WAIT

TRIES = 8

log = logging.getLogger(__name__)
backoff = tenacity.wait_random_exponential(multiplier=1, max=30)


@dataclass(frozen=True)
class Poster:
    """Posts batches to the Segment of connection `conn_id`.

    `check`: raises where nothing may be posted any more; asked before every try.
    """

    segment: Segment
    conn_id: str
    pace: Pace
    clock: Clock
    check: Callable[[], None]

    def post(self, batch: Batch) -> tuple[Answer, int]:
        """Return the answer that no retry would change, and how many tries it took.

        Waits as long as Segment asks, else exponentially with jitter. Raises
        SegmentUnavailableError after TRIES tries, or at once when asked to wait very long.
        """
        tries, answer = 0, Answer(Outcome.RETRY)
        for attempt in self._attempts():
            answer = self._post_once(batch, tries)
            attempt.retry_state.set_result(answer)
            tries += 1
        if answer.outcome is Outcome.RETRY:
            raise unavailable(answer, self.conn_id, tries)
        return answer, tries

    def _post_once(self, batch: Batch, earlier_tries: int) -> Answer:
        self.pace.wait(len(batch))
        self.check()
        answer = self.segment.post([event.payload for event in batch], earlier_tries)
        if _is_worth_waiting(answer) and answer.retry_after:
            self.pace.pause(answer.retry_after)
        return answer

    def _attempts(self) -> tenacity.Retrying:
        return tenacity.Retrying(
            retry=tenacity.retry_if_result(_is_worth_waiting),
            stop=tenacity.stop_after_attempt(TRIES),
            wait=_wait,
            sleep=self.clock.sleep,
            before_sleep=_say_waiting,
            retry_error_callback=_answer,
        )


def _answer(state: tenacity.RetryCallState) -> Answer:
    answer: Answer = state.outcome.result()  # type: ignore[union-attr]  # it is set after every try
    return answer


def _is_worth_waiting(answer: Answer) -> bool:
    return answer.outcome is Outcome.RETRY and (answer.retry_after or 0) <= LONGEST_WAIT


def _wait(state: tenacity.RetryCallState) -> float:
    return _answer(state).retry_after or backoff(state)


def _say_waiting(state: tenacity.RetryCallState) -> None:
    log.warning(
        "Segment %s (try %d of %d); next try in %.1f s",
        _answer(state).seen,
        state.attempt_number,
        TRIES,
        state.upcoming_sleep,
    )
