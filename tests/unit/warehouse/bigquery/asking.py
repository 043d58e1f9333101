"""Looking into a warehouse in BigQuery."""

from __future__ import annotations

from listrak.warehouse.bigquery.dataset import BigQueryDataset


def runs(door: BigQueryDataset) -> list[str]:
    return [row["run_id"] for row in door.ask("select run_id from runs").to_pylist()]
