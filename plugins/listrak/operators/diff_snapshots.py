"""The task diff_snapshots: every staged list against its head, decided list by list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, Context

from listrak.errors import FatalError, ListrakSourceError, RetriableError, SkippableError
from listrak.operators.outcome import airflow_outcome
from listrak.operators.run_times import moment

if TYPE_CHECKING:
    from listrak.diff.decide import Decision


class DiffSnapshotsOperator(BaseOperator):
    """Decide this run's snapshot of every list that was staged; one list's failure stops no other.

    `traits`: the trait's name of each list id (as text: JSON keys are). Returns counts by list id.
    """

    def __init__(
        self,
        *,
        source: str,
        traits: Mapping[str, str],
        cron: str | None = None,
        warehouse_conn_id: str = "warehouse_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.traits = traits
        self.cron = cron
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> dict[str, dict[str, int]]:
        """Decide list by list; fail at the end, naming the lists, where one could not be."""
        decided: dict[str, dict[str, int]] = {}
        errors: list[ListrakSourceError] = []
        with airflow_outcome():
            for list_id in self.traits:
                try:
                    decided |= self._decide(context, list_id)
                except SkippableError as skipped:
                    self.log.info("%s", skipped)
                except ListrakSourceError as error:
                    errors.append(error)
            _raise_together(errors)
            if not decided:
                raise SkippableError("No list was read for this run: there is nothing to diff.")
        return decided

    def _decide(self, context: Context, list_id: str) -> dict[str, dict[str, int]]:
        from listrak.clock import utc_now
        from listrak.diff.decide import Candidate, decide
        from listrak.hooks.warehouse import WarehouseHook

        at = moment(context, self.cron)
        candidate = Candidate(self.source, int(list_id), at, self.traits[list_id])
        warehouse = WarehouseHook(self.warehouse_conn_id).get_conn()
        decision = decide(warehouse, candidate, utc_now())
        if decision is None:
            self.log.info("List %s was not read for this run; its head stays", list_id)
            return {}
        return {list_id: self._counts(decision)}

    def _counts(self, decision: Decision) -> dict[str, int]:
        counts = {
            "extracted": decision.extracted,
            "added": decision.added,
            "removed": decision.removed,
            "re_identified": decision.re_identified,
        }
        self.log.info("List %s: %s", decision.list_id, counts)
        return counts


def _raise_together(errors: list[ListrakSourceError]) -> None:
    """Raise one error for several lists; retriable if trying again may help any of them."""
    if not errors:
        return
    message = "\n".join(str(error) for error in errors)
    if any(isinstance(error, RetriableError) for error in errors):
        raise RetriableError(message)
    raise FatalError(message)
