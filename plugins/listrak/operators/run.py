"""What a task's context says of its run, as this project's values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import Context

from listrak.errors import SettingsError
from listrak.settings import DAG_PARAMS
from listrak.snapshot.moment import Moment, RunTimes, snapshot_moment

if TYPE_CHECKING:
    from listrak.diff.rules import Asked


def run_id(context: Context) -> str:
    """Return the id of the task's DAG run."""
    return context["dag_run"].run_id


def moment(context: Context, cron: str | None) -> Moment:
    """Return the moment that the snapshots of the task's run are of."""
    run = context["dag_run"]
    times = RunTimes(
        run_type=str(run.run_type.value),
        run_after=run.run_after,
        logical_date=run.logical_date,
        interval_end=run.data_interval_end,
    )
    return snapshot_moment(times, cron)


def asked(context: Context) -> Asked:
    """Return what the run was asked for: the DAG's params, as its configuration sets them.

    Raises SettingsError for a param there is none of: Airflow takes it, and a misspelled `dry_run`
    would be a real run.
    """
    from listrak.diff.rules import Asked

    unknown = sorted(set(context["dag_run"].conf or {}) - DAG_PARAMS.keys())
    if unknown:
        raise SettingsError(
            f"The run was given {', '.join(unknown)}; there are {', '.join(DAG_PARAMS)}. Nothing "
            "was read or sent. Trigger it again with one of these."
        )
    return Asked(**{name: context["params"].get(name) is True for name in DAG_PARAMS})
