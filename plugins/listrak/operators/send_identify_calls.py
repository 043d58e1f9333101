"""The task send_identify_calls: what is pending, to Segment."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseOperator, Context

from listrak.errors import SkippableError
from listrak.operators.outcome import airflow_outcome
from listrak.operators.run import asked, run_id


class SendIdentifyCallsOperator(BaseOperator):
    """Send every pending change of the source, whichever run decided it; return counts of calls."""

    def __init__(
        self,
        *,
        source: str,
        segment_conn_id: str = "segment_default",
        warehouse_conn_id: str = "warehouse_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.segment_conn_id = segment_conn_id
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> dict[str, int]:
        """Send; a retry of this very task takes over the lease of a try that died."""
        from listrak.hooks.segment import SegmentHook
        from listrak.hooks.warehouse import WarehouseHook
        from listrak.load.send import send_pending

        with airflow_outcome():
            if asked(context).dry_run:
                raise SkippableError("A dry run sends nothing; what is pending stays so.")
            totals = send_pending(
                WarehouseHook(self.warehouse_conn_id).get_conn(),
                SegmentHook(self.segment_conn_id).connection(),
                source=self.source,
                holder=f"{self.dag_id}/{run_id(context)}/{self.task_id}",
                run_id=run_id(context),
            )
        return {"sent": totals.sent, "rejected": totals.rejected}
