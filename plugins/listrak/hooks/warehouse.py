"""The Airflow hook of the warehouse: from a connection to the door."""

from __future__ import annotations

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from listrak.connection_fields import ConnectionFields
from listrak.connections import WAREHOUSE_CONN_ID
from listrak.hooks.missing import missing_connection, obstacle
from listrak.settings import PROJECT
from listrak.warehouse.engines import ENGINES, WarehouseFields, open_door
from listrak.warehouse.warehouse import Door


class WarehouseHook(BaseHook):
    """Opens the warehouse of a connection, of any type that `ENGINES` names.

    The connection `warehouse_default` need not exist: it is then include/warehouse.duckdb.
    """

    conn_name_attr = "warehouse_conn_id"
    default_conn_name = WAREHOUSE_CONN_ID
    conn_type = "duckdb"
    hook_name = "DuckDB file"

    def __init__(self, warehouse_conn_id: str = WAREHOUSE_CONN_ID) -> None:
        super().__init__()
        self.warehouse_conn_id = warehouse_conn_id

    def get_conn(self) -> Door:
        """Return the warehouse; it is opened by its transactions only.

        Raises ConnectionSettingsError when the connection is missing or wrong, or its driver is
        not installed, and ConnectionUnavailableError when that cannot be told.
        """
        return open_door(self._fields(), PROJECT)

    def _fields(self) -> ConnectionFields:
        try:
            return self.get_connection(self.warehouse_conn_id)
        except AirflowNotFoundException:
            if self.warehouse_conn_id != WAREHOUSE_CONN_ID:
                others = ", ".join(f"`{name}`" for name in ENGINES if name != self.conn_type)
                raise missing_connection(
                    self.warehouse_conn_id,
                    f"type `duckdb`, host = the path of a file, or type {others}",
                ) from None
            # Never the file where there may be a warehouse: all would be sent a second time.
            if found := obstacle(self.warehouse_conn_id):
                raise found from None
            return WarehouseFields(self.warehouse_conn_id)
