"""The Retry-After header, for whichever side sends it."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 120.0  # seconds; a longer one is for Airflow to wait, without a slot


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Return a Retry-After header (seconds, or an HTTP date) as seconds from `now`, or None."""
    try:
        seconds = float(header or "")
    except ValueError:
        seconds = _seconds_until(header, now)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _seconds_until(http_date: str | None, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(http_date or "")
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (aware - now).total_seconds())
    except (ValueError, OverflowError):
        return math.nan
