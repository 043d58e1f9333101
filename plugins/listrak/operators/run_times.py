"""What a task's context says of its run, as this project's values."""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import Context

from listrak.snapshot.moment import RunTimes, snapshot_moment


def run_id(context: Context) -> str:
    """Return the id of the task's DAG run."""
    return context["dag_run"].run_id


def moment(context: Context, cron: str | None) -> datetime:
    """Return the moment (naive UTC) that the snapshots of the task's run are of."""
    run = context["dag_run"]
    times = RunTimes(
        run_type=str(run.run_type.value),
        run_after=run.run_after,
        logical_date=run.logical_date,
        interval_end=run.data_interval_end,
    )
    return snapshot_moment(times, cron)
