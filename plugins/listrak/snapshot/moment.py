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


@dataclass(frozen=True)
class RunTimes:
    """A DAG run's times as Airflow gives them, with zones; a REST trigger may leave two out."""

    run_type: str
    run_after: datetime
    logical_date: datetime | None = None
    interval_end: datetime | None = None


def snapshot_moment(run: RunTimes, cron: str | None) -> datetime:
    """Return the moment (naive UTC) that the snapshots of this run are of.

    A scheduled or backfill run's is the end of its interval. Any other run's is the end of an
    interval that the user gave; Airflow makes one up from the schedule where the user gave none,
    and then it is the logical date, or the time of the trigger where there is no such date either.
    """
    moment = run.interval_end or run.run_after
    if run.run_type not in INTERVAL_RUNS and run.logical_date and run.interval_end:
        given = _tick_after(cron, run.interval_end) <= run.logical_date if cron else False
        moment = run.interval_end if given else run.logical_date
    return naive_utc(moment)


def is_current(moment: datetime, cron: str | None, now: datetime) -> bool:
    """Whether no interval that began at or after `moment` has ended by `now` (all naive UTC).

    Listrak answers with the present only, so this is when a plain read is a snapshot of `moment`.
    """
    if moment > now:
        return False
    return cron is None or _tick_after(cron, _tick_at_or_after(cron, moment)) > now


def _tick_after(cron: str, moment: datetime) -> datetime:
    tick: datetime = croniter(cron, moment).get_next(datetime)
    return tick


def _tick_at_or_after(cron: str, moment: datetime) -> datetime:
    return _tick_after(cron, moment - timedelta(milliseconds=1))
