"""The present, as the warehouse keeps times: UTC, without a zone."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present."""
    return naive_utc(datetime.now(UTC))


def naive_utc(moment: datetime) -> datetime:
    """Return a time with a zone as the warehouse keeps it."""
    return moment.astimezone(UTC).replace(tzinfo=None)
