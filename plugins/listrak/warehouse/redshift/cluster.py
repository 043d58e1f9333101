"""The warehouse in an Amazon Redshift database that several task processes share.

One transaction at a time writes: each locks the table of the schema's version first, before it
reads anything, because the first table that is read fixes what the transaction sees. No other
program's question reads that table, so nobody who only reads waits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa
import redshift_connector
from botocore.exceptions import BotoCoreError, ClientError
from redshift_connector.error import Error

from listrak.connection_fields import ConnectionFields
from listrak.errors import ListrakSourceError, QuestionError
from listrak.warehouse.error_texts import IN_DOUBT, NOTHING_KEPT
from listrak.warehouse.questions import check_first_word, check_text
from listrak.warehouse.redshift.connection import RedshiftConnection, redshift_connection
from listrak.warehouse.redshift.errors import (
    CLIENT_ERRORS,
    connecting_error,
    own_words,
    redshift_error,
    sqlstate,
)
from listrak.warehouse.redshift.rows import ENGINE
from listrak.warehouse.redshift.transaction import RedshiftTransaction
from listrak.warehouse.session import ended, translated
from listrak.warehouse.tables import create_tables
from listrak.warehouse.warehouse import Parameter

TALKATIVE = ("redshift_connector", "botocore", "boto3", "urllib3")
QUESTIONS = ("select", "with", "show", "explain")
TO_ANSWER = ("begin_reading", "show_utc", "find_tables_first")


@dataclass(frozen=True)
class RedshiftCluster:
    """A warehouse in a Redshift database, its schema `listrak` made on first use."""

    settings: RedshiftConnection
    engine: str = field(default=ENGINE, init=False)

    @property
    def place(self) -> str:
        """Return the database's name and endpoint."""
        return self.settings.place

    @contextmanager
    def transaction(self) -> Iterator[RedshiftTransaction]:
        """Connect, take the turn, and commit at the end; see `Warehouse.transaction`."""
        with self._connected() as transaction:
            with self._errors_translated():
                self._begin(transaction)
                create_tables(transaction, self.engine, self.place)
                yield transaction
            self._commit(transaction)

    def ask(self, text: str, parameters: Sequence[Parameter] = ()) -> pa.Table:
        """Answer a person's question in a transaction that only reads; see `Door.ask`."""
        check_text(text, parameters)
        check_first_word(text, ENGINE, QUESTIONS)
        with self._connected() as transaction:
            try:
                transaction.run(*TO_ANSWER)  # refused already where there is no schema yet
                return transaction.answer(text, parameters)
            except Error as error:
                raise self._question_error(error) from None

    def give_back_space(self) -> None:
        """Do nothing: Redshift vacuums away deleted rows by itself, when there is less to do.

        https://docs.aws.amazon.com/redshift/latest/dg/t_Reclaiming_storage_space202.html. A VACUUM
        here would take the tables' owner, and fail while any other is under way in the cluster.
        """

    def _question_error(self, error: Error) -> ListrakSourceError:
        if sqlstate(error):
            return QuestionError(own_words(error))
        return self._translated(error)

    @property
    def _where(self) -> str:
        return f"Connection `{self.settings.conn_id}`: the warehouse in {self.place}"

    @contextmanager
    def _connected(self) -> Iterator[RedshiftTransaction]:
        _hush()
        errors = (*CLIENT_ERRORS, BotoCoreError, ClientError)
        with translated(errors, partial(connecting_error, where=self._where)):
            connection = redshift_connector.connect(**self.settings.options)
        connection.autocommit = True  # transactions begin and end by their own statements
        with ended(connection, CLIENT_ERRORS):
            yield RedshiftTransaction(connection, self.settings.staging, self._where)

    def _errors_translated(self) -> AbstractContextManager[None]:
        return translated((Error,), self._translated)

    def _translated(self, error: BaseException, kept: str = NOTHING_KEPT) -> ListrakSourceError:
        return redshift_error(error, self._where, self.settings.lock_timeout, kept)

    def _begin(self, transaction: RedshiftTransaction) -> None:
        """Take the turn. Where there are no tables yet, making them is what only one can do."""
        there = transaction.fetch("warehouse/has_tables")["has_tables"][0].as_py()
        transaction.run("begin")
        if there:
            transaction.limit_waiting(self.settings.lock_timeout)
            transaction.run("take_turn", "wait_no_more")

    def _commit(self, transaction: RedshiftTransaction) -> None:
        try:
            transaction.connection.commit()
        except CLIENT_ERRORS as error:
            raise self._translated(error, NOTHING_KEPT if sqlstate(error) else IN_DOUBT) from None


def _hush() -> None:
    # At DEBUG the client logs what the server says of an error, which may quote a row, and AWS's
    # own the password that an IAM login gets.
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def open_door(fields: ConnectionFields, _project: Path) -> RedshiftCluster:
    """Return the warehouse of a connection of type `redshift`."""
    return RedshiftCluster(redshift_connection(fields))
