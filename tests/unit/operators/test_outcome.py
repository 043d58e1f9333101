from __future__ import annotations

from datetime import timedelta

import pytest
from airflow.sdk import RetryAction
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from listrak import errors
from listrak.errors import (
    FatalError,
    ListrakSourceError,
    LoadLeaseHeldError,
    RetriableError,
    SkippableError,
)
from listrak.operators.outcome import RetryAfterPolicy, airflow_outcome


def every_error() -> list[type[ListrakSourceError]]:
    found = [getattr(errors, name) for name in dir(errors) if name.endswith("Error")]
    return [error for error in found if error is not ListrakSourceError]


@pytest.mark.parametrize("error", every_error())
def test_each_error_ends_a_task_in_one_of_three_ways(error: type[ListrakSourceError]) -> None:
    ends = {
        FatalError: AirflowFailException,
        SkippableError: AirflowSkipException,
        RetriableError: RetriableError,
    }
    (end,) = [ends[group] for group in ends if issubclass(error, group)]

    with pytest.raises(end, match="what was seen"), airflow_outcome():
        raise error("what was seen")


def test_retry_waits_as_long_as_asked() -> None:
    decision = RetryAfterPolicy().evaluate(RetriableError("later", 150.0), 1, 5)

    assert decision.action is RetryAction.RETRY
    assert decision.retry_delay == timedelta(seconds=150)


@pytest.mark.parametrize("asked", [31_536_000.0, 1e300])
def test_no_header_stops_a_source_for_more_than_an_hour(asked: float) -> None:
    decision = RetryAfterPolicy().evaluate(RetriableError("later", asked), 1, 5)

    assert decision.retry_delay == timedelta(hours=1)


@pytest.mark.parametrize(
    ("error", "action"),
    [(LoadLeaseHeldError("held", 60), RetryAction.RETRY), (RetriableError("x"), RetryAction.FAIL)],
)
def test_lease_that_is_held_is_asked_for_more_often(error: Exception, action: RetryAction) -> None:
    assert RetryAfterPolicy().evaluate(error, 6, 15).action is action


@pytest.mark.parametrize("error", [RetriableError("later"), ValueError("what")])
def test_otherwise_airflows_own_backoff_decides(error: Exception) -> None:
    assert RetryAfterPolicy().evaluate(error, 1, 5).action is RetryAction.DEFAULT
