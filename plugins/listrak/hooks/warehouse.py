"""The Airflow hook of the warehouse: from a connection to the door."""

from __future__ import annotations

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from listrak.connections import (
    WAREHOUSE_CONN_ID,
    WarehouseConnection,
    default_warehouse_connection,
    warehouse_connection,
)
from listrak.errors import ConnectionSettingsError
from listrak.hooks.missing import missing_connection
from listrak.postgres_connection import PostgresConnection
from listrak.settings import PROJECT
from listrak.warehouse.duckdb_file import DuckDBFile
from listrak.warehouse.warehouse import Warehouse


class WarehouseHook(BaseHook):
    """Opens the warehouse of a connection of type `duckdb` or `postgres`.

    The connection `warehouse_default` need not exist: it is then include/warehouse.duckdb.
    """

    conn_name_attr = "warehouse_conn_id"
    default_conn_name = WAREHOUSE_CONN_ID
    conn_type = "duckdb"
    hook_name = "DuckDB file"

    def __init__(self, warehouse_conn_id: str = WAREHOUSE_CONN_ID) -> None:
        super().__init__()
        self.warehouse_conn_id = warehouse_conn_id

    def get_conn(self) -> Warehouse:
        """Return the warehouse; it is opened by its transactions only.

        Raises ConnectionSettingsError when the connection is missing or wrong, or its driver is
        not installed.
        """
        settings = self.settings()
        if isinstance(settings, PostgresConnection):
            return _postgres_server(settings)
        return DuckDBFile(
            settings.conn_id, settings.path, settings.memory_limit, settings.lock_timeout
        )

    def settings(self) -> WarehouseConnection:
        """Return the connection's settings, or those of the default warehouse."""
        try:
            connection = self.get_connection(self.warehouse_conn_id)
        except AirflowNotFoundException:
            if self.warehouse_conn_id == WAREHOUSE_CONN_ID:
                return default_warehouse_connection(PROJECT)
            raise missing_connection(
                self.warehouse_conn_id,
                "type `duckdb`, host = the path of a file, or type `postgres`",
            ) from None
        return warehouse_connection(connection, PROJECT)


def _postgres_server(settings: PostgresConnection) -> Warehouse:
    try:
        from listrak.warehouse.postgres import PostgresServer  # noqa: PLC0415 (an optional extra)
    except ModuleNotFoundError as error:
        raise ConnectionSettingsError(
            f"Connection `{settings.conn_id}` is of type `postgres`, and its driver is not "
            f"installed here ({error.name} is missing). Nothing was read or sent. Install "
            "requirements-postgres.txt (adbc-driver-postgresql) wherever the tasks run."
        ) from None
    return PostgresServer(
        settings.conn_id, settings.conninfo, settings.place, settings.lock_timeout
    )
