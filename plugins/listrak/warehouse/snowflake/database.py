"""The warehouse in a Snowflake database that several task processes share.

Snowflake commits an open transaction at every DDL statement, one for a temporary table included
(https://docs.snowflake.com/en/sql-reference/transactions#ddl). So a transaction has none in it:

- Tables and views are made before it begins. Each step of an upgrade is kept at once, so it may be
  done twice, and the version is written last: a task that is killed in the middle leaves the old
  version, and the next one does the whole upgrade again. Who upgrades has the turn meanwhile, in a
  session of its own, which no DDL ends, and which keeps the version as soon as all steps are done.
- Where other engines make temporary tables, for a statement or for what is lent, there are rooms
  (include/sql/snowflake/tables): tables that are empty between transactions. A transaction fills
  them, and empties them before its end; one that is rolled back leaves them empty as well.

One transaction at a time writes, as with a DuckDB file: each first changes the rows of one small
table, which nobody else can do until it ends. Snowflake reads what is committed: whoever waited
sees what the one before kept.

A task that is killed leaves its transaction open, and keeps nothing. The next task waits for its
turn: Snowflake ends the statement under way 5 minutes after the connection is lost
(`ABORT_DETACHED_QUERY`), and a transaction that has idled for 5 minutes while another waits
(https://docs.snowflake.com/en/sql-reference/transactions#aborting-transactions). `lock_timeout` is
more than both together; whoever waits in vain is told, and is tried again by Airflow.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyarrow as pa
from snowflake.connector import connect
from snowflake.connector.connection import SnowflakeConnection as Session
from snowflake.connector.errors import Error

from listrak.connection_fields import ConnectionFields
from listrak.errors import QuestionError
from listrak.warehouse.error_texts import IN_DOUBT, NOTHING_KEPT
from listrak.warehouse.questions import check_text
from listrak.warehouse.session import ended, translated
from listrak.warehouse.snowflake.connection import SnowflakeConnection, snowflake_connection
from listrak.warehouse.snowflake.errors import (
    connecting_error,
    is_lost,
    own_words,
    snowflake_error,
)
from listrak.warehouse.snowflake.login import login_of
from listrak.warehouse.snowflake.questions import only_question
from listrak.warehouse.snowflake.transaction import ENGINE, SnowflakeTransaction
from listrak.warehouse.tables import (
    SCHEMA_VERSION,
    create_tables,
    has_schema,
    schema_version,
)
from listrak.warehouse.warehouse import Parameter


@dataclass(frozen=True)
class SnowflakeDatabase:
    """A warehouse in a Snowflake database, its schema `listrak` made on first use."""

    settings: SnowflakeConnection

    engine: str = field(default=ENGINE, init=False)

    @property
    def place(self) -> str:
        """Return which database of which account it is."""
        return self.settings.place

    @contextmanager
    def transaction(self) -> Iterator[SnowflakeTransaction]:
        """Log in, begin, and commit at the end; see `Warehouse.transaction`."""
        with self._logged_in() as transaction:
            with self._errors_translated():
                self._make_tables(transaction)
                transaction.begin()
                yield transaction
                transaction.end()
            self._commit(transaction.session)

    def ask(self, text: str, parameters: Sequence[Parameter] = ()) -> pa.Table:
        """Answer a person's question, if it is one that only reads; see `Door.ask`."""
        check_text(text, parameters)
        question, values = only_question(text, parameters)
        with self._logged_in() as transaction:
            with self._errors_translated():
                if not has_schema(transaction):
                    raise QuestionError(
                        f"{self.place} has no schema `listrak`, or it does not exist for that "
                        "role: no run has written it yet. Start scripts/run first."
                    )
                transaction.find_tables_first()
            try:
                return transaction.answer(question, values)
            except Error as error:
                if is_lost(error):
                    raise self._translated(error) from None
                raise QuestionError(own_words(error)) from None

    def give_back_space(self) -> None:
        """Do nothing: Snowflake gives room back by itself, after the days of its Time Travel."""

    @property
    def _where(self) -> str:
        return f"Connection `{self.settings.conn_id}`: the warehouse in {self.place}"

    @contextmanager
    def _logged_in(self) -> Iterator[SnowflakeTransaction]:
        _hush()
        login = login_of(self.settings)
        with translated((Error,), partial(connecting_error, where=self._where)):
            session = connect(**login)
        with ended(session, (Error,)):
            yield SnowflakeTransaction(session, self._where)

    def _make_tables(self, transaction: SnowflakeTransaction) -> None:
        """Make the tables, or upgrade them while nobody else writes, and keep their version."""
        found = schema_version(transaction)
        if 0 < found < SCHEMA_VERSION:
            with self._logged_in() as turn:
                turn.execute("warehouse/take_turn")
                create_tables(transaction, self.engine, self.place, turn)
                turn.session.commit()
        elif found != SCHEMA_VERSION:
            create_tables(transaction, self.engine, self.place)
            transaction.session.commit()

    def _errors_translated(self) -> AbstractContextManager[None]:
        return translated((Error,), self._translated)

    def _commit(self, session: Session) -> None:
        try:
            session.commit()
        except Error as error:
            raise self._translated(error, IN_DOUBT if is_lost(error) else NOTHING_KEPT) from None

    def _translated(self, error: Error, kept: str = NOTHING_KEPT) -> Exception:
        return snowflake_error(error, self._where, self.settings.lock_timeout, kept)


def _hush() -> None:
    # The client logs every statement, a person's with what stands in it, and failed uploads with
    # the signed address of the stage. What goes wrong it raises as well.
    logging.getLogger("snowflake.connector").setLevel(logging.CRITICAL)


def open_door(fields: ConnectionFields, _project: Path) -> SnowflakeDatabase:
    """Return the warehouse of a connection of type `snowflake`."""
    return SnowflakeDatabase(snowflake_connection(fields))
