"""The task extract_contacts: one list, read from Listrak into staging."""

from __future__ import annotations

from typing import Any, cast

from airflow.sdk import BaseOperator, Context

from listrak.operators.outcome import airflow_outcome
from listrak.operators.run import asked, moment, run_id

LONGEST_LABEL = 200


class ExtractContactsOperator(BaseOperator):
    """Read the subscribed contacts of one list and stage them for this run's snapshot.

    Returns counts only: `list_id`, `extracted` (contacts; 0 where the snapshot was there already).
    The list's id and name label the mapped task in the UI.
    """

    def __init__(
        self,
        *,
        source: str,
        list_id: int,
        user_id_field: int | None = None,
        cron: str | None = None,
        listrak_conn_id: str = "listrak_default",
        warehouse_conn_id: str = "warehouse_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.list_id = list_id
        self.user_id_field = user_id_field
        self.cron = cron
        self.listrak_conn_id = listrak_conn_id
        self.warehouse_conn_id = warehouse_conn_id

    def execute(self, context: Context) -> dict[str, int]:
        """Stage the list, unless this run's snapshot of it is decided already."""
        with airflow_outcome():
            asked(context)
            return {"list_id": self.list_id, "extracted": self._stage(context)}

    def _stage(self, context: Context) -> int:
        from listrak.clock import utc_now
        from listrak.extract.check import check_list
        from listrak.extract.read import read_contacts
        from listrak.extract.rows import ListRead
        from listrak.hooks.listrak_api import ListrakHook
        from listrak.hooks.warehouse import WarehouseHook
        from listrak.snapshot.kind import Kind, kind_to_read
        from listrak.snapshot.staging import stage_contacts
        from listrak.snapshot_key import SnapshotKey

        at = moment(context, self.cron)
        key = SnapshotKey(self.source, self.list_id, at.at)
        warehouse = WarehouseHook(self.warehouse_conn_id).get_conn()
        kind = kind_to_read(warehouse, key, at, self.cron, utc_now())
        if kind is None:
            self.log.info("List %s: the snapshot of %s is there", key.list_id, key.snapshot_at)
            return 0
        self.log.info("List %s: snapshot of %s, %s", key.list_id, key.snapshot_at, kind.value)
        hook = ListrakHook(self.listrak_conn_id)
        client = hook.client()
        found = check_list(client, self.list_id, self.user_id_field)
        self._label(context, f"{found.list_id} {found.name}")
        as_of = key.snapshot_at if kind is Kind.RECONSTRUCTED else None
        read = ListRead(self.list_id, self.user_id_field, hook.settings().timezone, as_of)
        pieces = read_contacts(client, read)
        return stage_contacts(warehouse, key, kind, run_id(context), pieces)

    @staticmethod
    def _label(context: Context, label: str) -> None:
        """Name the mapped task in the UI: its `map_index_template` reads `list_label`.

        Airflow keeps it in a column of 250 characters, and fails the task over one that is longer
        or holds a NUL.
        """
        printable = "".join(letter for letter in label if letter.isprintable())
        cast("dict[str, Any]", context)["list_label"] = printable[:LONGEST_LABEL]
