"""What to do about an outcome of a request, and how long to wait. Pure, but for the clock.

Listrak documents 400, 401, 404, 405, 415 and 500, no rate limit and no Retry-After; 429 and the
other 5xx would be a gateway's and are treated as everywhere.
"""

import logging
from collections.abc import Callable
from enum import Enum

import requests
import urllib3
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from listrak.errors import RetriableError
from listrak.retry_after import LONGEST_WAIT

ATTEMPTS = 6

_log = logging.getLogger(__name__)
_backoff = wait_random_exponential(multiplier=1, max=60)
_PASSING_FAILURES = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    urllib3.exceptions.HTTPError,
)


class Step(Enum):
    """What to do next."""

    ACCEPT = "accept"
    RETRY = "retry"
    REFRESH_TOKEN = "refresh token"  # noqa: S105 (a step, not a token)
    FAIL = "fail"


def step_after_status(status: int) -> Step:
    """Return what an HTTP status calls for. A redirect is not followed: the token stays here."""
    match status:
        case 200:
            return Step.ACCEPT
        case 401:
            return Step.REFRESH_TOKEN
        case 429:
            return Step.RETRY
        case _:
            return Step.RETRY if 500 <= status <= 599 else Step.FAIL  # noqa: PLR2004 (HTTP's own)


def step_after_failure(failure: type[Exception]) -> Step:
    """Return what an exception calls for: what the network does may pass, the rest is a mistake."""
    return Step.RETRY if issubclass(failure, _PASSING_FAILURES) else Step.FAIL


def retrying(sleep: Callable[[float], None]) -> Retrying:
    """Return a caller that repeats while RetriableError is raised, and then raises the last one.

    Waits for what the other side asked, else exponentially with jitter: about a minute in all.
    """
    return Retrying(
        sleep=sleep,
        stop=stop_after_attempt(ATTEMPTS),
        wait=_wait,
        retry=retry_if_exception(_worth_waiting_for),
        before_sleep=_log_wait,
        reraise=True,
    )


def _worth_waiting_for(error: BaseException) -> bool:
    return isinstance(error, RetriableError) and (error.retry_after or 0) <= LONGEST_WAIT


def _error(attempt: RetryCallState) -> BaseException | None:
    return attempt.outcome.exception() if attempt.outcome else None


def _wait(attempt: RetryCallState) -> float:
    error = _error(attempt)
    asked = error.retry_after if isinstance(error, RetriableError) else None
    return asked or _backoff(attempt)


def _log_wait(attempt: RetryCallState) -> None:
    _log.warning(
        "Attempt %d of %d: %s Next attempt in %.1f s.",
        attempt.attempt_number,
        ATTEMPTS,
        _error(attempt),
        attempt.upcoming_sleep,
    )
