"""The warehouse in a PostgreSQL database that several task processes share.

One transaction at a time writes, as with a DuckDB file: each takes a lock of its own first, which
ends with it. So whatever holds there holds here, and no two ever run into each other's rows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa
from adbc_driver_manager import Error
from adbc_driver_manager.dbapi import Connection
from adbc_driver_postgresql.dbapi import connect

from listrak.connection_fields import ConnectionFields
from listrak.errors import QuestionError
from listrak.warehouse.error_texts import IN_DOUBT, NOTHING_KEPT
from listrak.warehouse.postgres.answers import with_plain_types
from listrak.warehouse.postgres.connection import postgres_connection
from listrak.warehouse.postgres.errors import connecting_error, own_words, postgres_error
from listrak.warehouse.postgres.transaction import ENGINE, PostgresTransaction
from listrak.warehouse.questions import CAST_IT, NOT_ANSWERED, check_first_word, check_text
from listrak.warehouse.session import ended, translated
from listrak.warehouse.statements import SCHEMA
from listrak.warehouse.tables import create_tables, has_schema
from listrak.warehouse.warehouse import Parameter

log = logging.getLogger(__name__)

LOCK = int.from_bytes(SCHEMA.encode(), "big")  # any number that no other program takes
TO_WRITE = (
    "read_committed",
    "limit_idling",
    "hush",
    "find_lent_tables_only",
    "expect_few_rows",
)
NO_SUCH_TABLE = "42P01"
QUESTIONS = ("select", "with", "values", "table", "show", "explain")
TO_ANSWER = ("read_only", "limit_idling", "show_utc", "find_tables_first")
MEMORY_OF_A_READER = "256MB"
# By COPY, which is faster, `show` and `explain` have no answer.
UNCOPIED = {"adbc.postgresql.use_copy": False}


@dataclass(frozen=True)
class PostgresServer:
    """A warehouse in a PostgreSQL database, its schema `listrak` made on first use.

    `conninfo`: libpq's connection string, password included. `place`: where that is, in words that
    may be shown. `lock_timeout`: seconds to wait for another task's transaction.
    """

    conn_id: str
    conninfo: str = field(repr=False)
    place: str
    lock_timeout: float = 300.0

    engine: str = field(default=ENGINE, init=False)

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        """Connect, begin, and commit at the end; see `Warehouse.transaction`."""
        with self._connected() as transaction:
            with self._errors_translated():
                self._begin(transaction)
                create_tables(transaction, self.engine, self.place)
                yield transaction
                transaction.run("discard_temporary")
            self._commit(transaction.connection)

    def ask(self, text: str, parameters: Sequence[Parameter] = ()) -> pa.Table:
        """Answer a person's question in a transaction that only reads; see `Door.ask`."""
        check_text(text, parameters)
        check_first_word(text, ENGINE, QUESTIONS)
        with self._connected() as transaction:
            with self._errors_translated():
                transaction.run(*TO_ANSWER)
                transaction.is_so("plan_for_one_reader", MEMORY_OF_A_READER)
            try:
                return with_plain_types(transaction.answer(text, parameters, **UNCOPIED))
            except Error as error:
                raise self._question_error(error, transaction) from None
            except NOT_ANSWERED:
                raise QuestionError(CAST_IT) from None

    def _question_error(self, error: Error, transaction: PostgresTransaction) -> QuestionError:
        said = own_words(error)
        if error.sqlstate == NO_SUCH_TABLE:
            transaction.connection.rollback()  # else it answers nothing more
            if not has_schema(transaction):
                return QuestionError(f"There are no tables yet: no run has written any. {said}")
        return QuestionError(said)

    def give_back_space(self) -> None:
        """Vacuum what retention deleted from; it cannot be done inside a transaction."""
        with self._connected(autocommit=True) as transaction, self._errors_translated():
            transaction.run("give_back_space")

    @property
    def _where(self) -> str:
        return f"Connection `{self.conn_id}`: the warehouse in {self.place}"

    @contextmanager
    def _connected(self, *, autocommit: bool = False) -> Iterator[PostgresTransaction]:
        with translated((Error,), partial(connecting_error, where=self._where)):
            connection = connect(self.conninfo, autocommit=autocommit)
        with ended(connection, (Error,)):
            yield PostgresTransaction(connection, self._where)

    def _errors_translated(self) -> AbstractContextManager[None]:
        return translated((Error,), self._translated)

    def _translated(self, error: Error, kept: str = NOTHING_KEPT) -> Exception:
        return postgres_error(error, self._where, self.lock_timeout, kept)

    def _begin(self, transaction: PostgresTransaction) -> None:
        transaction.run(*TO_WRITE)
        transaction.read("notice_lost_client", "10s")
        transaction.is_so("limit_waiting", f"{max(1, round(self.lock_timeout * 1000))}ms")
        if not transaction.is_so("try_lock", LOCK):
            log.info("Waiting for the warehouse in %s: another task is writing", self.place)
            transaction.is_so("wait_for_lock", LOCK)
        transaction.read("join_without_statistics", SCHEMA)

    def _commit(self, connection: Connection) -> None:
        try:
            connection.commit()
        except Error as error:
            raise self._translated(error, NOTHING_KEPT if error.sqlstate else IN_DOUBT) from None


def open_door(fields: ConnectionFields, _project: Path) -> PostgresServer:
    """Return the warehouse of a connection of type `postgres`."""
    settings = postgres_connection(fields)
    return PostgresServer(
        settings.conn_id, settings.conninfo, settings.place, settings.lock_timeout
    )
