"""How this project's errors end an Airflow task: retried, failed for good, or skipped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from airflow.sdk import Context, RetryDecision, RetryPolicy
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from listrak.errors import FatalError, LoadLeaseHeldError, RetriableError, SkippableError

RETRIES = 5
SEND_RETRIES = 15  # long enough for the lease of a load that died for good to expire
FIRST_RETRY_AFTER = timedelta(seconds=20)
LONGEST_RETRY_DELAY = timedelta(minutes=10)
LONGEST_ASKED_DELAY = 3600.0  # seconds: no header may stop a source for longer
LONGEST_TASK = timedelta(hours=24)  # the last guard, against an answer that drips for ever


@contextmanager
def airflow_outcome() -> Iterator[None]:
    """Let a fatal error fail the task without retries and a skippable one skip it.

    Retriable errors pass: the task's retries and RetryAfterPolicy decide about them.
    """
    try:
        yield
    except FatalError as error:
        raise AirflowFailException(str(error)) from None
    except SkippableError as error:
        raise AirflowSkipException(str(error)) from None


class RetryAfterPolicy(RetryPolicy):
    """Wait as long as Listrak or Segment asked (Retry-After); else Airflow's own backoff.

    More than RETRIES are for a lease that is held, and for tasks that were killed.
    """

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,
        max_tries: int,
        context: Context | None = None,
    ) -> RetryDecision:
        """Return when to try again after `exception`, if at all."""
        if try_number > RETRIES and not isinstance(exception, LoadLeaseHeldError):
            return RetryDecision.fail(reason=f"failed {try_number} times")
        if isinstance(exception, RetriableError) and exception.retry_after is not None:
            delay = timedelta(seconds=min(exception.retry_after, LONGEST_ASKED_DELAY))
            return RetryDecision.retry(delay, reason=f"asked to wait {delay.total_seconds():.0f} s")
        return RetryDecision.default()
