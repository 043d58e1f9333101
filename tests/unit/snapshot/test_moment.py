from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listrak.snapshot.moment import Moment, RunTimes, snapshot_moment

HOURLY = "0 * * * *"
TRIGGERED = datetime(2026, 11, 23, 12, 20, 5, tzinfo=UTC)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, second)


def test_scheduled_run_is_of_its_intervals_end() -> None:
    run = RunTimes("scheduled", TRIGGERED, at(11).replace(tzinfo=UTC), at(12).replace(tzinfo=UTC))

    assert snapshot_moment(run, HOURLY) == Moment(at(12), ends_interval=True)


def test_manual_run_without_a_date_is_of_its_trigger() -> None:
    run = RunTimes("manual", TRIGGERED)

    assert snapshot_moment(run, HOURLY) == Moment(at(12, 20, 5), ends_interval=False)


@pytest.mark.parametrize("run_type", ["manual", "operator_triggered"])
@pytest.mark.parametrize("cron", [HOURLY, None])
def test_triggered_run_with_a_date_is_of_that_date(run_type: str, cron: str | None) -> None:
    made_up = at(12).replace(tzinfo=UTC) if cron else TRIGGERED
    run = RunTimes(run_type, TRIGGERED, TRIGGERED, made_up)

    assert snapshot_moment(run, cron) == Moment(at(12, 20, 5), ends_interval=False)


@pytest.mark.parametrize("cron", [HOURLY, None])
@pytest.mark.parametrize("logical_date", [TRIGGERED, None])
@pytest.mark.parametrize("end", [at(3), at(12, 10)])
def test_manual_run_with_its_own_interval_is_of_that_intervals_end(
    end: datetime, logical_date: datetime | None, cron: str | None
) -> None:
    run = RunTimes("manual", TRIGGERED, logical_date, end.replace(tzinfo=UTC))

    assert snapshot_moment(run, cron) == Moment(end, ends_interval=True)


@pytest.mark.parametrize(
    ("moment", "now", "present"),
    [
        (Moment(at(12), ends_interval=True), at(12, 59), True),
        (Moment(at(12), ends_interval=True), at(13), False),
        (Moment(at(12, 20), ends_interval=False), at(12, 59), True),
        (Moment(at(12, 20), ends_interval=False), at(13), False),
    ],
)
def test_present_lasts_until_a_later_interval_has_ended(
    moment: Moment, now: datetime, present: bool
) -> None:
    assert moment.is_present(HOURLY, now) is present


@pytest.mark.parametrize("cron", ["0 0 * * *", None])
def test_moment_of_a_trigger_is_past_after_an_hour(cron: str | None) -> None:
    moment = Moment(at(12), ends_interval=False)

    assert moment.is_present(cron, at(12, 59))
    assert not moment.is_present(cron, at(13))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.booleans())
def test_moment_is_the_present_when_it_is_now(now: datetime, ends_interval: bool) -> None:
    moment = Moment(now, ends_interval)

    assert moment.is_present(HOURLY, now)
    assert not moment.is_present(HOURLY, now + timedelta(hours=1, seconds=1))
