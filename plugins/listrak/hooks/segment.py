"""The Airflow hook of Segment: from a connection to settings; the load itself knows no Airflow."""

from __future__ import annotations

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from listrak.connections import SegmentConnection, segment_connection
from listrak.hooks.missing import missing_connection


class SegmentHook(BaseHook):
    """Reads a connection of type `segment`."""

    conn_name_attr = "segment_conn_id"
    default_conn_name = "segment_default"
    conn_type = "segment"
    hook_name = "Segment"

    def __init__(self, segment_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.segment_conn_id = segment_conn_id

    def connection(self) -> SegmentConnection:
        """Return where and with which write key to send; the key is masked in every log.

        Raises ConnectionSettingsError when the connection is missing or wrong.
        """
        try:
            fields = self.get_connection(self.segment_conn_id)
        except AirflowNotFoundException:
            raise missing_connection(
                self.segment_conn_id,
                "type `segment`, password = the write key of the Segment source, host = "
                "https://events.eu1.segmentapis.com for an EU workspace",
            ) from None
        settings = segment_connection(fields)
        mask_secret(settings.write_key)
        return settings
