"""The task diff_snapshots: every staged list against its head, decided list by list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, Context

from listrak.errors import FatalError, ListrakSourceError, RetriableError, SkippableError
from listrak.operators.outcome import airflow_outcome
from listrak.operators.run_times import moment

if TYPE_CHECKING:
    from listrak.warehouse.warehouse import Warehouse


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
        from listrak.hooks.warehouse import WarehouseHook

        decided: dict[str, dict[str, int]] = {}
        errors: list[ListrakSourceError] = []
        with airflow_outcome():
            warehouse = WarehouseHook(self.warehouse_conn_id).get_conn()
            at = moment(context, self.cron)
            for list_id in self.traits:
                try:
                    decided |= self._decide(warehouse, list_id, at)
                except SkippableError as skipped:
                    self.log.info("%s", skipped)
                except ListrakSourceError as error:
                    errors.append(error)
            _raise_together(errors)
            if not decided:
                raise SkippableError("No list was read for this run: there is nothing to diff.")
        return decided

    def _decide(
        self, warehouse: Warehouse, list_id: str, at: datetime
    ) -> dict[str, dict[str, int]]:
        from listrak.clock import utc_now
        from listrak.diff.decide import decide
        from listrak.snapshot_key import SnapshotKey

        key = SnapshotKey(self.source, int(list_id), at)
        decision = decide(warehouse, key, self.traits[list_id], utc_now())
        if decision is None:
            self.log.info("List %s was not read for this run; its head stays", list_id)
            return {}
        counts = asdict(decision)
        del counts["list_id"]
        self.log.info("List %s: %s", list_id, counts)
        return {list_id: counts}


def _raise_together(errors: list[ListrakSourceError]) -> None:
    """Raise one error for several lists; retriable if trying again may help any of them."""
    if not errors:
        return
    message = "\n".join(str(error) for error in errors)
    if any(isinstance(error, RetriableError) for error in errors):
        raise RetriableError(message)
    raise FatalError(message)
