"""The task diff_snapshots: every staged list against its snapshot before, decided list by list."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseOperator, Context

from listrak.errors import FatalError, ListrakSourceError, RetriableError, SkippableError
from listrak.operators.outcome import airflow_outcome
from listrak.operators.run import asked, moment, run_id
from listrak.settings import ListSettings, SourceSettings

Counts = dict[str, int | str | None]


class DiffSnapshotsOperator(BaseOperator):
    """Decide this run's snapshot of every list that was staged; one list's failure stops no other.

    Returns counts by list id.
    """

    def __init__(self, *, source: SourceSettings, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source

    def execute(self, context: Context) -> dict[str, Counts]:
        """Decide list by list; fail at the end, naming the lists, where one could not be."""
        decided: dict[str, Counts] = {}
        errors: list[ListrakSourceError] = []
        with airflow_outcome():
            for entry in self.source.lists:
                try:
                    decided |= self._decide(context, entry)
                except ListrakSourceError as error:
                    errors.append(error)
            decided |= self._let_go_of_lists(context)
            _raise_together(errors)
            if not decided:
                raise SkippableError("No list was read for this run: there is nothing to diff.")
        return decided

    def _decide(self, context: Context, entry: ListSettings) -> dict[str, Counts]:
        from listrak.diff.guard import Guard
        from listrak.diff.rules import Rules
        from listrak.extract.rows import ListRead
        from listrak.hooks.listrak_api import ListrakHook
        from listrak.hooks.warehouse import WarehouseHook
        from listrak.operators.decide_list import decide_list
        from listrak.snapshot_key import SnapshotKey

        hook = ListrakHook(self.source.listrak_conn_id)
        decision = decide_list(
            WarehouseHook(self.source.warehouse_conn_id).get_conn(),
            SnapshotKey(self.source.name, entry.id, moment(context, self.source.cron).at),
            Rules(
                self.source.trait(entry.id),
                Guard(**self.source.guard.model_dump()),
                asked(context),
            ),
            ListRead(entry.id, entry.user_id_field, hook.settings().timezone),
            hook.client,
        )
        if decision is None:
            self.log.info("List %s was not read for this run; its head stays", entry.id)
            return {}
        self.log.info("List %s: %s", entry.id, decision.counts)
        if asked(context).dry_run:
            self.log.info("Samples: trait_changes of status dry_run (scripts/sql dry_run)")
        return {str(entry.id): decision.counts}

    def _let_go_of_lists(self, context: Context) -> dict[str, Counts]:
        from listrak.clock import utc_now
        from listrak.diff.decision import Decision, Status
        from listrak.diff.let_go import LettingGo, let_go_of_lists
        from listrak.hooks.warehouse import WarehouseHook

        removes = self.source.on_list_removed == "remove_traits"
        dry_run = asked(context).dry_run
        removed = let_go_of_lists(
            WarehouseHook(self.source.warehouse_conn_id).get_conn(),
            self.source.name,
            [entry.id for entry in self.source.lists],
            LettingGo(moment(context, self.source.cron).at, run_id(context), removes, dry_run),
            utc_now(),
        )
        status = Status.DRY_RUN if dry_run else Status.HEAD
        return {
            str(list_id): Decision(list_id, status, 0, removed=count, told=count).counts
            for list_id, count in removed.items()
        }


def _raise_together(errors: list[ListrakSourceError]) -> None:
    """Raise one error for several lists; retriable if trying again may help any of them."""
    if not errors:
        return
    message = "\n".join(str(error) for error in errors)
    if any(isinstance(error, RetriableError) for error in errors):
        waits = [error.retry_after or 0 for error in errors if isinstance(error, RetriableError)]
        raise RetriableError(message, max(waits) or None)
    raise FatalError(message)
