"""Runs statements as BigQuery's jobs: inside a session, or each by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from google.cloud.bigquery import (
    Client,
    ConnectionProperty,
    DatasetReference,
    QueryJobConfig,
    ScalarQueryParameter,
)
from google.cloud.bigquery.job import QueryJob

from listrak.warehouse.dialect import written_for
from listrak.warehouse.statements import SCHEMA
from listrak.warehouse.warehouse import Parameter

ENGINE = "bigquery"
LABELS = {"program": "listrak_to_segment"}
TYPES: Mapping[type, str] = {
    str: "STRING",
    bool: "BOOL",
    int: "INT64",
    float: "FLOAT64",
    datetime: "DATETIME",
}
NUMBERED = re.compile(r"\$(\d+)\b")


@dataclass(frozen=True)
class Statements:
    """Runs statements in the session of that id, or each by itself without one."""

    client: Client
    session_id: str | None = None

    def execute(self, name: str, /, **parameters: Parameter) -> int:
        """Run the statement `name` and return the number of rows it changed."""
        return int(self.run(name, parameters).num_dml_affected_rows or 0)

    def fetch(self, name: str, /, **parameters: Parameter) -> pa.Table:
        """Run the query `name` and return all its rows."""
        return rows_of(self.run(name, parameters))

    def run(self, name: str, given: Mapping[str, Parameter]) -> QueryJob:
        """Run the statement `name` to its end. Raises ValueError for a wrong parameter."""
        written = written_for(ENGINE, name)
        written.values(given)
        named = [typed(key, value, written.types.get(key)) for key, value in given.items()]
        return self.run_text(written.text, named)

    def end_other(self, session_id: str) -> None:
        """End a session that was left open."""
        text = written_for(ENGINE, f"{ENGINE}/end_other_session").text
        self.run_text(text, [typed("session", session_id)])

    def run_text(self, text: str, parameters: Sequence[ScalarQueryParameter] = ()) -> QueryJob:
        """Run a statement to its end; never twice, as a transaction that fails is over."""
        config = QueryJobConfig(query_parameters=list(parameters), labels=LABELS)
        if self.session_id:
            config.connection_properties = [ConnectionProperty("session_id", self.session_id)]
        job = self.client.query(text, job_config=config, job_retry=None)
        job.result(job_retry=None)
        return job


def open_session(client: Client, name: str) -> Statements:
    """Run the statement `name` as the first of a new session."""
    config = QueryJobConfig(create_session=True, labels=LABELS)
    job = client.query(written_for(ENGINE, name).text, job_config=config, job_retry=None)
    job.result(job_retry=None)
    return Statements(client, job.session_info.session_id)


def answer(client: Client, text: str, parameters: Sequence[Parameter]) -> pa.Table:
    """Answer a query with the dataset's tables at hand. Raises ValueError for anything else.

    `$1` stands for the first of `parameters`, and so on. What it is, BigQuery says, before it runs.
    """
    named = [typed(f"p{number}", value) for number, value in enumerate(parameters, 1)]
    asked = NUMBERED.sub(r"@p\1", text) if named else text
    config = QueryJobConfig(
        query_parameters=named,
        default_dataset=DatasetReference(client.project, SCHEMA),
        labels=LABELS,
    )
    config.dry_run = True
    kind = client.query(asked, job_config=config, job_retry=None).statement_type
    if kind != "SELECT":
        raise ValueError(kind)
    config.dry_run = False
    return rows_of(client.query(asked, job_config=config, job_retry=None))


def rows_of(job: QueryJob) -> pa.Table:
    """Return all rows of a query."""
    rows: pa.Table = job.result(job_retry=None).to_arrow(create_bqstorage_client=False)
    return rows.cast(pa.schema([each.remove_metadata() for each in rows.schema]))


def typed(name: str, value: Parameter, cast: str | None = None) -> ScalarQueryParameter:
    """Return a parameter; null is of the type that the statement casts it to, else a text."""
    return ScalarQueryParameter(name, cast or TYPES.get(type(value), "STRING"), value)
