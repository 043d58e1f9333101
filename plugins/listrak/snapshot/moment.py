"""Which moment a run's snapshot is of, and whether that moment is still the present.

Airflow's `logical_date` is an interval's start; a snapshot is of the interval's end. A manual run
without an interval of its own is of the moment it was triggered for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from croniter import croniter

from listrak.clock import naive_utc

INTERVAL_RUNS = ("scheduled", "backfill")  # the others are triggered, by hand or by another DAG
# A run that is nobody's interval waits its turn, and is tried again; after that long its moment is
# past.
PRESENT_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class RunTimes:
    """A DAG run's times as Airflow gives them, with zones; a REST trigger may leave two out."""

    run_type: str
    run_after: datetime
    logical_date: datetime | None = None
    interval_end: datetime | None = None


@dataclass(frozen=True)
class Moment:
    """What the snapshots of a run are of: `at` (naive UTC), the end of an interval or not."""

    at: datetime
    ends_interval: bool

    def is_present(self, cron: str | None, now: datetime) -> bool:
        """Whether a read at `now` (naive UTC) is a snapshot of this moment.

        Listrak answers with the present only. It is the present of an interval's end until the
        next interval has ended, and of any other moment for PRESENT_FOR at most.
        """
        if cron and _tick_after(cron, self.at) <= now:
            return False
        return (self.ends_interval and cron is not None) or now - self.at < PRESENT_FOR


def snapshot_moment(run: RunTimes, cron: str | None) -> Moment:
    """Return the moment that the snapshots of this run are of.

    A scheduled or backfill run's is the end of its interval. Any other run's is the end of an
    interval that the user gave; Airflow makes one up from the schedule where the user gave none,
    and then it is the logical date, or the time of the trigger where there is no such date either.
    """
    if run.interval_end is None:
        return Moment(naive_utc(run.logical_date or run.run_after), ends_interval=False)
    if run.run_type in INTERVAL_RUNS:
        return Moment(naive_utc(run.interval_end), ends_interval=True)
    if run.logical_date and _is_made_up(run.interval_end, run.logical_date, cron):
        return Moment(naive_utc(run.logical_date), ends_interval=False)
    return Moment(naive_utc(run.interval_end), ends_interval=True)


def _is_made_up(interval_end: datetime, logical_date: datetime, cron: str | None) -> bool:
    """Whether Airflow chose the interval: the last of the schedule, or none where there is none."""
    if cron is None:
        return interval_end == logical_date
    last_tick = _tick_after(cron, interval_end - timedelta(milliseconds=1)) == interval_end
    return last_tick and _tick_after(cron, interval_end) > logical_date


def _tick_after(cron: str, moment: datetime) -> datetime:
    tick: datetime = croniter(cron, moment).get_next(datetime)
    return tick
