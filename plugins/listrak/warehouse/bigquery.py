"""The warehouse in a BigQuery dataset that several task processes share.

One transaction at a time writes: each changes the table of the schema's version first, and of two
that change one table BigQuery undoes one, which then tries again. A transaction reads everything as
it was when it began; who was undone begins anew, and sees what the other one kept.

The tables themselves are made outside of it, as BigQuery has them only so: a set-up that breaks off
is carried on by the next transaction, because the version is written down last.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import google.auth
import pyarrow as pa
import tenacity
from google.api_core.exceptions import BadRequest, NotFound
from google.cloud.bigquery import Client
from google.oauth2.service_account import Credentials

from listrak.connection_fields import ConnectionFields
from listrak.errors import QuestionError, WarehouseUnavailableError
from listrak.warehouse.bigquery_connection import BigQueryConnection, bigquery_connection
from listrak.warehouse.bigquery_errors import (
    CLIENT_ERRORS,
    bigquery_error,
    is_away,
    is_conflict,
    own_words,
)
from listrak.warehouse.bigquery_sessions import left_open, own_statements
from listrak.warehouse.bigquery_statements import ENGINE, Statements, answer, open_session
from listrak.warehouse.bigquery_transaction import BigQueryTransaction, Outside
from listrak.warehouse.kept import IN_DOUBT, NOTHING_KEPT
from listrak.warehouse.tables import create_tables
from listrak.warehouse.warehouse import Parameter

log = logging.getLogger(__name__)

SCOPES = ("https://www.googleapis.com/auth/bigquery",)
SECONDS_BETWEEN_TRIES = (1, 5)


@dataclass(frozen=True)
class BigQueryDataset:
    """A warehouse in a BigQuery project, its dataset `listrak` made on first use."""

    settings: BigQueryConnection
    engine: str = field(default=ENGINE, init=False)

    @property
    def place(self) -> str:
        """Return the dataset's name and location."""
        return self.settings.place

    @contextmanager
    def transaction(self) -> Iterator[BigQueryTransaction]:
        """Open a session, take the turn, and commit at the end; see `Warehouse.transaction`."""
        with self._errors_translated(), self._client() as client:
            create_tables(Outside(client), self.engine, self.place)
            session = self._turn(client)
            with _ended(session):
                yield BigQueryTransaction(client, session.session_id)
                self._commit(session)

    def ask(self, text: str, parameters: Sequence[Parameter] = ()) -> pa.Table:
        """Answer a person's question, which must be a query; see `Door.ask`."""
        with self._errors_translated(), self._client() as client:
            try:
                return answer(client, text, parameters)
            except ValueError as error:
                raise QuestionError(
                    f"Only queries are answered, the warehouse is read-only here: it is {error}."
                ) from None
            except (BadRequest, NotFound) as error:
                raise QuestionError(own_words(error)) from None

    def give_back_space(self) -> None:
        """Do nothing: BigQuery gives back the room of deleted rows by itself."""

    @property
    def _where(self) -> str:
        return f"Connection `{self.settings.conn_id}`: the warehouse in {self.place}"

    @contextmanager
    def _errors_translated(self) -> Iterator[None]:
        try:
            yield
        except CLIENT_ERRORS as error:
            # Not chained: Google's own text may quote a row.
            raise bigquery_error(error, self._where) from None

    @contextmanager
    def _client(self) -> Iterator[Client]:
        settings = self.settings
        client = Client(settings.project, _credentials(settings), location=settings.location)
        try:
            yield client
        finally:
            client.close()

    def _turn(self, client: Client) -> Statements:
        for attempt in self._tries(client):
            with attempt:
                session = open_session(client, f"{ENGINE}/begin")
                try:
                    session.execute("warehouse/take_turn")
                except BaseException:
                    _end(session)
                    raise
        return session

    def _tries(self, client: Client) -> tenacity.Retrying:
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(is_conflict),
            wait=tenacity.wait_random(*SECONDS_BETWEEN_TRIES),
            stop=tenacity.stop_after_delay(self.settings.lock_timeout),
            retry_error_callback=lambda _: self._give_up(client),
        )

    def _give_up(self, client: Client) -> None:
        now = datetime.now(UTC)
        abandoned = left_open(own_statements(client, now), now)
        for session_id in abandoned:
            with suppress(*CLIENT_ERRORS):
                Statements(client).end_other(session_id)
        raise WarehouseUnavailableError(
            f"{self._where} was still being written by another task after "
            f"{self.settings.lock_timeout:.0f} s. {NOTHING_KEPT} {len(abandoned)} sessions that "
            "tasks had left open were ended. The task tries again."
        )

    def _commit(self, session: Statements) -> None:
        try:
            session.execute(f"{ENGINE}/commit")
        except CLIENT_ERRORS as error:
            kept = IN_DOUBT if is_away(error) else NOTHING_KEPT
            raise bigquery_error(error, self._where, kept) from None


@contextmanager
def _ended(session: Statements) -> Iterator[None]:
    """End the session with the block: left open, it would lock everybody out for a day."""
    try:
        yield
    except BaseException:
        with suppress(*CLIENT_ERRORS):
            session.execute(f"{ENGINE}/rollback")
        raise
    finally:
        _end(session)


def _end(session: Statements) -> None:
    with suppress(*CLIENT_ERRORS):
        session.execute(f"{ENGINE}/end_session")


def _credentials(settings: BigQueryConnection) -> google.auth.credentials.Credentials:
    if settings.key is not None:
        return Credentials.from_service_account_info(settings.key, scopes=SCOPES)
    if settings.key_path is not None:
        return Credentials.from_service_account_file(settings.key_path, scopes=SCOPES)
    return google.auth.default(scopes=SCOPES)[0]


def open_door(fields: ConnectionFields, _project: Path) -> BigQueryDataset:
    """Return the warehouse of a connection of type `google_cloud_platform`."""
    return BigQueryDataset(bigquery_connection(fields))
