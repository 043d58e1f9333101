"""The warehouse in a BigQuery dataset that several task processes share.

One transaction at a time writes: each changes the table of the schema's version first, and of two
that change one table BigQuery undoes one, which then tries again. A transaction reads everything as
it was when it began; who was undone begins anew, and sees what the other one kept.

The tables themselves are made outside of it, as BigQuery has them only so. Each of those statements
may be run again, and the version is written down last: a set-up that breaks off is carried on by
the next transaction. An upgrade is made by who has the turn, so nobody writes meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa
import tenacity
from google.api_core.exceptions import GoogleAPICallError
from google.cloud.bigquery import Client

from listrak.connection_fields import ConnectionFields
from listrak.errors import QuestionError, WarehouseUnavailableError
from listrak.warehouse.bigquery.client import open_client
from listrak.warehouse.bigquery.connection import BigQueryConnection, bigquery_connection
from listrak.warehouse.bigquery.errors import (
    CLIENT_ERRORS,
    bigquery_error,
    is_away,
    is_conflict,
    is_of_the_question,
    own_words,
)
from listrak.warehouse.bigquery.sessions import end_left_open
from listrak.warehouse.bigquery.statements import ENGINE, Statements, answer, open_session
from listrak.warehouse.bigquery.transaction import BigQueryTransaction
from listrak.warehouse.error_texts import IN_DOUBT, NOTHING_KEPT
from listrak.warehouse.questions import check_text
from listrak.warehouse.session import translated
from listrak.warehouse.tables import SCHEMA_VERSION, create_tables, newest_version
from listrak.warehouse.warehouse import Parameter

log = logging.getLogger(__name__)

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
        with (
            self._errors_translated(),
            open_client(self.settings) as client,
            self._ready(client) as session,
        ):
            yield session
            self._commit(session)

    def ask(self, text: str, parameters: Sequence[Parameter] = ()) -> pa.Table:
        """Answer a person's question, which must be a query; see `Door.ask`."""
        check_text(text, parameters)
        with self._errors_translated(), open_client(self.settings) as client:
            try:
                return answer(client, text, parameters)
            except ValueError as error:
                raise QuestionError(
                    f"Only queries are answered, the warehouse is read-only here: it is {error}."
                ) from None
            except GoogleAPICallError as error:
                if is_of_the_question(error):
                    raise QuestionError(own_words(error)) from None
                raise

    def give_back_space(self) -> None:
        """Do nothing: BigQuery gives back the room of deleted rows by itself."""

    @property
    def _where(self) -> str:
        return f"Connection `{self.settings.conn_id}`: the warehouse in {self.place}"

    def _errors_translated(self) -> AbstractContextManager[None]:
        return translated(CLIENT_ERRORS, partial(bigquery_error, where=self._where))

    @contextmanager
    def _ready(self, client: Client) -> Iterator[BigQueryTransaction]:
        """Have the turn in a warehouse whose tables are of this version."""
        outside = BigQueryTransaction(client)
        if not outside.has_tables():
            create_tables(outside, self.engine, self.place)
        with self._turn(client) as session:
            if newest_version(session) == SCHEMA_VERSION:
                yield session
                return
            create_tables(outside, self.engine, self.place)
        with self._turn(client) as session:  # which sees the tables as they are now
            yield session

    @contextmanager
    def _turn(self, client: Client) -> Iterator[BigQueryTransaction]:
        for attempt in self._tries(client):
            with attempt:
                session = self._begin(client)
        try:
            yield session
        except BaseException:
            with suppress(*CLIENT_ERRORS):
                session.undo()
            raise
        finally:
            self._end(session)

    def _begin(self, client: Client) -> BigQueryTransaction:
        session = BigQueryTransaction(client, open_session(client, f"{ENGINE}/begin"))
        try:
            session.execute("warehouse/take_turn")
        except BaseException:
            self._end(session)
            raise
        return session

    def _tries(self, client: Client) -> tenacity.Retrying:
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(is_conflict),
            wait=tenacity.wait_random(*SECONDS_BETWEEN_TRIES),
            stop=tenacity.stop_after_delay(self.settings.lock_timeout),
            before_sleep=lambda state: self._look_around(client, state.attempt_number),
            retry_error_callback=lambda _: self._give_up(),
        )

    def _look_around(self, client: Client, tries: int) -> None:
        if tries > 1:
            return
        log.info("Waiting for the warehouse in %s: another task is writing", self.place)
        if ended := end_left_open(client):
            log.warning("Ended %s sessions that killed tasks had left open", ended)

    def _give_up(self) -> None:
        raise WarehouseUnavailableError(
            f"{self._where} was still being written by another task after "
            f"{self.settings.lock_timeout:.0f} s. {NOTHING_KEPT} A task that was killed may have "
            "left its session open: 15 minutes after its last statement it is ended by whoever "
            "waits. A task tries again by itself."
        )

    def _end(self, session: Statements) -> None:
        """End a session: left open, it would lock everybody out for a day."""
        try:
            session.end()
        except CLIENT_ERRORS:
            log.warning("A session of %s is still open; who waits for it will end it", self.place)

    def _commit(self, session: Statements) -> None:
        try:
            session.execute(f"{ENGINE}/commit")
        except CLIENT_ERRORS as error:
            kept = IN_DOUBT if is_away(error) else NOTHING_KEPT
            raise bigquery_error(error, self._where, kept) from None


def open_door(fields: ConnectionFields, _project: Path) -> BigQueryDataset:
    """Return the warehouse of a connection of type `google_cloud_platform`."""
    return BigQueryDataset(bigquery_connection(fields))
