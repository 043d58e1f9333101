from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listrak.retry_after import retry_after_seconds

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


@given(st.integers(0, 10**9))
def test_retry_after_in_seconds(seconds: int) -> None:
    assert retry_after_seconds(str(seconds), NOW) == seconds


@given(st.integers(-(10**6), 10**6))
def test_retry_after_as_a_date_counts_from_now(seconds: int) -> None:
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)

    assert retry_after_seconds(date, NOW) == max(0, seconds)


@pytest.mark.parametrize("header", [None, "", "-5", "inf", "nan", "soon", "Mon, 99 May 2026"])
def test_unreadable_retry_after_is_none(header: str | None) -> None:
    assert retry_after_seconds(header, NOW) is None


@given(st.text(max_size=60))
def test_no_retry_after_header_breaks_the_reader(header: str) -> None:
    seconds = retry_after_seconds(header, NOW)

    assert seconds is None or seconds >= 0
