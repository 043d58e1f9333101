"""The task forget_contact: an address out of one warehouse, for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from airflow.sdk import BaseOperator, Context

from listrak.operators.outcome import airflow_outcome


class ForgetContactOperator(BaseOperator):
    """Forget the contact whose address has the digest `address_sha256`; return counts of rows.

    By its digest, because Airflow stores and shows a run's conf and its rendered fields.
    """

    template_fields: Sequence[str] = ("address_sha256",)

    def __init__(
        self,
        *,
        address_sha256: str,
        warehouse_conn_id: str = "warehouse_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.address_sha256 = address_sha256
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> dict[str, int]:  # noqa: ARG002 (Airflow gives the signature)
        """Forget; a retry, or clearing the task, forgets again as of then."""
        from listrak.clock import utc_now
        from listrak.forget.contact import forget_contact
        from listrak.hooks.warehouse import WarehouseHook

        with airflow_outcome():
            warehouse = WarehouseHook(self.warehouse_conn_id).get_conn()
            forgotten = forget_contact(warehouse, self.address_sha256, utc_now())
        self.log.info("Forgotten in `%s`: %s", self.warehouse_conn_id, forgotten)
        return asdict(forgotten)
