"""A BigQuery project for the tests: a real one, or its stand-in. It is one to throw away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from google.api_core.exceptions import NotFound
from google.cloud.bigquery import Client, DatasetReference, QueryJobConfig

from listrak.connection_fields import ConnectionFields
from listrak.warehouse.bigquery.client import open_client
from listrak.warehouse.bigquery.connection import BigQueryConnection, bigquery_connection
from listrak.warehouse.bigquery.dataset import BigQueryDataset
from listrak.warehouse.statements import SCHEMA


@dataclass(frozen=True)
class BigQueryProject:
    """`settings`: how to get in."""

    settings: BigQueryConnection

    def door(self, **fields: Any) -> BigQueryDataset:
        return BigQueryDataset(replace(self.settings, **fields))

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement as another program would, and return its rows."""
        with open_client(self.settings) as client:
            config = QueryJobConfig()
            if self._has_dataset(client):
                config.default_dataset = DatasetReference(client.project, SCHEMA)
            rows = client.query(sql, job_config=config).result()
            return [row.values() for row in rows]

    def change(self, sql: str) -> None:
        """Run statements that have no rows to return."""
        for each in filter(str.strip, sql.split(";")):
            self.run(each)

    def fresh(self) -> BigQueryProject:
        """Return it without a dataset `listrak`."""
        self.run(f"drop schema if exists {SCHEMA} cascade")
        return self

    @staticmethod
    def _has_dataset(client: Client) -> bool:
        try:
            client.get_dataset(SCHEMA)
        except NotFound:
            return False
        return True


def named_account(fields: ConnectionFields) -> BigQueryProject:
    """Return the project of a connection of type `google_cloud_platform`."""
    return BigQueryProject(bigquery_connection(fields))
