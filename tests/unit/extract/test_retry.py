from datetime import UTC, datetime

import pytest
import requests
import urllib3

from listrak.errors import ListrakRefusedError, ListrakUnavailableError
from listrak.extract.retry import (
    ATTEMPTS,
    Step,
    retrying,
    step_after_failure,
    step_after_status,
)

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (200, Step.ACCEPT),
        (204, Step.FAIL),
        (301, Step.FAIL),
        (400, Step.FAIL),
        (401, Step.REFRESH_TOKEN),
        (403, Step.FAIL),
        (404, Step.FAIL),
        (429, Step.RETRY),
        (500, Step.RETRY),
        (503, Step.RETRY),
        (599, Step.RETRY),
        (600, Step.FAIL),
    ],
)
def test_status_decides_the_step(status: int, step: Step) -> None:
    assert step_after_status(status) is step


@pytest.mark.parametrize(
    ("failure", "step"),
    [
        (requests.ConnectTimeout, Step.RETRY),
        (requests.ReadTimeout, Step.RETRY),
        (requests.ConnectionError, Step.RETRY),
        (requests.exceptions.SSLError, Step.RETRY),
        (requests.exceptions.ChunkedEncodingError, Step.RETRY),
        (urllib3.exceptions.IncompleteRead, Step.RETRY),
        (requests.exceptions.InvalidURL, Step.FAIL),
        (FileNotFoundError, Step.FAIL),
    ],
)
def test_failure_decides_the_step(failure: type[Exception], step: Step) -> None:
    assert step_after_failure(failure) is step


def test_attempts_are_bounded_and_waits_grow_with_jitter() -> None:
    waits: list[float] = []

    def away() -> None:
        raise ListrakUnavailableError("away")

    with pytest.raises(ListrakUnavailableError, match="away"):
        retrying(waits.append)(away)

    assert len(waits) == ATTEMPTS - 1
    assert all(0 <= wait <= 2**number for number, wait in enumerate(waits))
    assert len(set(waits)) == len(waits)


def test_refusal_is_not_retried() -> None:
    waits: list[float] = []

    def refused() -> None:
        raise ListrakRefusedError("no")

    with pytest.raises(ListrakRefusedError, match="no"):
        retrying(waits.append)(refused)

    assert waits == []
