"""Runs statements as BigQuery's jobs: inside a session, or each by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from google.api_core.retry import Retry
from google.cloud.bigquery import (
    Client,
    ConnectionProperty,
    DatasetReference,
    QueryJobConfig,
    ScalarQueryParameter,
)
from google.cloud.bigquery.job import QueryJob
from google.cloud.bigquery.retry import DEFAULT_RETRY

from listrak.warehouse.bigquery.parameters import typed
from listrak.warehouse.bigquery.questions import with_names
from listrak.warehouse.dialect import written_for
from listrak.warehouse.statements import SCHEMA
from listrak.warehouse.warehouse import Parameter

ENGINE = "bigquery"
LABELS = {"program": "listrak_to_segment"}
# How long a service that is away is asked again, and one that answers nothing is waited for.
SECONDS_AWAY = 120.0
SECONDS_TO_END = 15.0
REQUEST_SECONDS = 60.0


@dataclass(frozen=True)
class Statements:
    """Runs statements in the session of that id, or each by itself without one."""

    client: Client
    session_id: str | None = None

    def execute(self, name: str, /, **parameters: Parameter) -> int:
        """Run the statement `name` and return the number of rows it changed."""
        return int(self._run(name, parameters).num_dml_affected_rows or 0)

    def fetch(self, name: str, /, **parameters: Parameter) -> pa.Table:
        """Run the query `name` and return all its rows."""
        return as_arrow(self._run(name, parameters))

    def run_text(
        self,
        text: str,
        parameters: Sequence[ScalarQueryParameter] = (),
        seconds_away: float | None = None,
    ) -> Any:
        """Run a statement to its end and return its rows.

        Never twice, as a transaction in which a statement failed is over; a request that got no
        answer is sent again under the same id, of which BigQuery runs one.
        """
        config = QueryJobConfig(query_parameters=list(parameters), labels=LABELS)
        if self.session_id:
            config.connection_properties = [ConnectionProperty("session_id", self.session_id)]
        return ended(self.client, text, config, seconds_away)[1]

    def undo(self) -> None:
        """Keep nothing of the transaction."""
        text = written_for(ENGINE, f"{ENGINE}/rollback").text
        self.run_text(text, seconds_away=SECONDS_TO_END)

    def end(self) -> None:
        """End the session, and with it a transaction that was not committed."""
        text = written_for(ENGINE, f"{ENGINE}/end_session").text
        self.run_text(text, seconds_away=SECONDS_TO_END)

    def end_other(self, session_id: str) -> None:
        """End a session that was left open."""
        text = written_for(ENGINE, f"{ENGINE}/end_other_session").text
        self.run_text(text, [typed("session", session_id)])

    def _run(self, name: str, given: Mapping[str, Parameter]) -> Any:
        """Run the statement `name`. Raises ValueError for a wrong parameter."""
        written = written_for(ENGINE, name)
        written.values(given)
        named = [typed(key, value, written.types.get(key)) for key, value in given.items()]
        return self.run_text(written.text, named)


def open_session(client: Client, name: str) -> str | None:
    """Run the statement `name` as the first of a new session; return the session's id."""
    config = QueryJobConfig(create_session=True, labels=LABELS)
    job, _ = ended(client, written_for(ENGINE, name).text, config)
    return job.session_info.session_id if job.session_info else None


def ended(
    client: Client, text: str, config: QueryJobConfig, seconds_away: float | None = None
) -> tuple[QueryJob, Any]:
    """Run a statement to its end; return the job, and its rows as Google's client has them."""
    retry = patience(seconds_away)
    job = client.query(
        text, job_config=config, retry=retry, timeout=REQUEST_SECONDS, job_retry=None
    )
    return job, job.result(retry=retry, job_retry=None)


def patience(seconds_away: float | None = None) -> Retry:
    """Return how a request is sent again to a service that is away."""
    return DEFAULT_RETRY.with_timeout(SECONDS_AWAY if seconds_away is None else seconds_away)


def answer(client: Client, text: str, parameters: Sequence[Parameter]) -> pa.Table:
    """Answer a query with the dataset's tables at hand. Raises ValueError for anything else.

    What it is, BigQuery says, before it runs. For `parameters` see `with_names`.
    """
    asked, named = with_names(text, parameters)
    config = QueryJobConfig(
        query_parameters=named,
        default_dataset=DatasetReference(client.project, SCHEMA),
        labels=LABELS,
    )
    config.dry_run = True
    kind = client.query(
        asked, job_config=config, retry=patience(), timeout=REQUEST_SECONDS, job_retry=None
    ).statement_type
    if kind != "SELECT":
        raise ValueError(kind)
    config.dry_run = False
    return as_arrow(ended(client, asked, config)[1])


def as_arrow(rows: Any) -> pa.Table:
    """Return all rows of an answer; over REST, as the Storage API is a right and a bill more."""
    table: pa.Table = rows.to_arrow(create_bqstorage_client=False)
    return table.cast(pa.schema([each.remove_metadata() for each in table.schema]))
