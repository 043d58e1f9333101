from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listrak.snapshot.moment import RunTimes, is_current, snapshot_moment

HOURLY = "0 * * * *"
TRIGGERED = datetime(2026, 11, 23, 12, 20, 5, tzinfo=UTC)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, second)


def test_scheduled_run_is_of_its_intervals_end() -> None:
    run = RunTimes("scheduled", TRIGGERED, at(11).replace(tzinfo=UTC), at(12).replace(tzinfo=UTC))

    assert snapshot_moment(run, HOURLY) == at(12)


def test_manual_run_without_a_date_is_of_its_trigger() -> None:
    assert snapshot_moment(RunTimes("manual", TRIGGERED), HOURLY) == at(12, 20, 5)


@pytest.mark.parametrize("run_type", ["manual", "operator_triggered"])
@pytest.mark.parametrize("cron", [HOURLY, None])
def test_triggered_run_with_a_date_is_of_that_date(run_type: str, cron: str | None) -> None:
    made_up = at(12).replace(tzinfo=UTC) if cron else TRIGGERED
    run = RunTimes(run_type, TRIGGERED, TRIGGERED, made_up)

    assert snapshot_moment(run, cron) == at(12, 20, 5)


def test_manual_run_with_its_own_interval_is_of_that_intervals_end() -> None:
    run = RunTimes("manual", TRIGGERED, TRIGGERED, at(3).replace(tzinfo=UTC))

    assert snapshot_moment(run, HOURLY) == at(3)


@pytest.mark.parametrize(
    ("moment", "now", "current"),
    [
        (at(12), at(12, 59), True),
        (at(12), at(13), False),
        (at(12, 59, 58), at(13, 0, 3), True),
        (at(12, 59, 58), at(14), False),
        (at(13), at(12, 59), False),
    ],
)
def test_present_lasts_until_a_later_interval_has_ended(
    moment: datetime, now: datetime, current: bool
) -> None:
    assert is_current(moment, HOURLY, now) is current


def test_without_a_schedule_every_past_moment_is_current() -> None:
    assert is_current(at(1), None, at(23))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_run_is_current_when_it_is_triggered(moment: datetime) -> None:
    assert is_current(moment, HOURLY, moment)
    assert not is_current(moment, HOURLY, moment + timedelta(hours=2))
