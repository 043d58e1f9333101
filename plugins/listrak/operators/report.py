"""The task report: what the run did, and whether it failed in part; it prunes old snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, Context

from listrak.errors import RunFailedError
from listrak.operators.outcome import airflow_outcome
from listrak.operators.run import asked, run_id
from listrak.settings import SourceSettings

if TYPE_CHECKING:
    from listrak.warehouse.warehouse import Door

BAD_STATES = ("failed", "upstream_failed")


class ReportOperator(BaseOperator):
    """Log and return the run's totals; fail the run where a task before failed.

    Airflow judges a run by its last task, so this one fails with the others, after the totals are
    pushed and old snapshots are pruned. `known_sources`: those of the sources file, which send what
    is theirs.
    """

    def __init__(self, *, source: SourceSettings, known_sources: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.known_sources = known_sources

    def execute(self, context: Context) -> None:
        """Push the totals as `return_value`, prune, then say whether the run failed."""
        from listrak.clock import naive_utc, utc_now
        from listrak.hooks.warehouse import WarehouseHook
        from listrak.report.gone import warn_of_gone_sources
        from listrak.report.summary import summarize_run, with_counts, would_tell

        run = context["dag_run"]
        started_at = naive_utc(run.start_date or run.run_after)
        warehouse = WarehouseHook(self.source.warehouse_conn_id).get_conn()
        with airflow_outcome():
            wanted = asked(context)
            summary = summarize_run(
                warehouse, self.source.name, run_id(context), started_at, utc_now(), str(wanted)
            )
            totals = asdict(summary)
            if wanted.dry_run:
                found = (context["ti"].xcom_pull(task_ids="diff_snapshots") or {}).values()
                summary = with_counts(summary, found)
                totals = asdict(summary) | {"would_tell": would_tell(found)}
            self.log.info("%s: %s", self.source.name, summary)
            warn_of_gone_sources(warehouse, self.known_sources)
            context["ti"].xcom_push("return_value", totals)
            try:
                if not wanted.dry_run:
                    self._prune(warehouse)
            finally:
                _check_states(self._states(context), [entry.id for entry in self.source.lists])

    def _prune(self, warehouse: Door) -> None:
        """Prune old snapshots, at the end of a failed run too: runs may fail for weeks."""
        from listrak.clock import utc_now
        from listrak.retention.keep import Keep
        from listrak.retention.prune import give_back_space, prune

        keep = Keep(self.source.keep_all_days, self.source.keep_daily_days)
        give_back_space(warehouse, prune(warehouse, self.source.name, keep, utc_now()))

    def _states(self, context: Context) -> Mapping[str, str | None]:
        run = context["dag_run"]
        states = context["ti"].get_task_states(dag_id=run.dag_id, run_ids=[run.run_id])
        found: Mapping[str, str | None] = states.get(run.run_id, {})
        return {task: state for task, state in found.items() if task != self.task_id}


def _check_states(states: Mapping[str, str | None], lists: list[int]) -> None:
    """Raise RunFailedError naming the lists and tasks that failed, if any did.

    `lists`: the list ids in the order of the mapped tasks of `extract_contacts`.
    """
    failed = sorted(_name(task, lists) for task, state in states.items() if state in BAD_STATES)
    if failed:
        raise RunFailedError(
            f"Failed: {', '.join(failed)}. Their own logs say why. No other list was held up; the "
            "next run reads what was not read and sends what is pending."
        )


def _name(task: str, lists: list[int]) -> str:
    """Name a mapped task by its list: `extract_contacts_1` is the second list's."""
    task_id, _, index = task.rpartition("_")
    if task_id == "extract_contacts" and index.isdigit():
        return f"extract_contacts of list {lists[int(index)]}"
    return task
