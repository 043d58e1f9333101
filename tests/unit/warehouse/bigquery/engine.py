"""GoogleSQL on DuckDB: what stands behind BigQuery's stand-in.

sqlglot reads each statement as BigQuery's and writes it as DuckDB's. What BigQuery's documents
refuse and DuckDB would take is refused here. It cannot show how BigQuery plans, how long it takes,
or where DuckDB's functions differ from BigQuery's: what the statements mean to BigQuery, Google's
own analyzer says (googlesql.py).
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import duckdb
import sqlglot
from duckdb import DuckDBPyConnection
from sqlglot import exp

from tests.unit.warehouse.bigquery.values import type_of

UNKNOWN_TO_DUCKDB = (exp.PartitionedByProperty, exp.ClusterProperty)
CHANGES = {exp.Insert: "INSERT", exp.Update: "UPDATE", exp.Delete: "DELETE"}
CONTROL = {
    exp.Transaction: "BEGIN_TRANSACTION",
    exp.Commit: "COMMIT_TRANSACTION",
    exp.Rollback: "ROLLBACK_TRANSACTION",
}
PYTHON: Mapping[str, Callable[[str], Any]] = {
    "INT64": int,
    "FLOAT64": float,
    "DATETIME": datetime.fromisoformat,
}
UNDONE = "Transaction is aborted due to concurrent update against table p:listrak.schema_version"


Given = Mapping[str, tuple[str, str | None]]  # types and values of parameters, by their names


class RefusedStatementError(Exception):
    """A statement that fails: the status and reason that BigQuery gives, and its words."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status, self.reason, self.message = status, reason, message


@dataclass(frozen=True)
class Outcome:
    """What a statement came to. `columns`: names and types; None where there are no rows."""

    kind: str
    columns: tuple[tuple[str, str], ...] | None = None
    rows: tuple[tuple[Any, ...], ...] = ()
    changed: int | None = None


@dataclass
class Session:
    """A session; a statement without one is run in one of its own."""

    cursor: DuckDBPyConnection
    in_transaction: bool = False
    began: int = 0
    temporary: set[str] = field(default_factory=set)
    mutated: set[str] = field(default_factory=set)


class Engine:
    """A project's datasets, and the sessions that are open."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._commits = 0
        self._mutated_at: dict[str, int] = {}  # by table: which commit did it last
        self._database = duckdb.connect(config={"threads": 1})
        self.sessions: dict[str, Session] = {}

    def reset(self) -> None:
        self.close()
        self._database = duckdb.connect(config={"threads": 1})

    def empty(self) -> None:
        """Leave the tables of the dataset without a row, but for their version."""
        cursor = self._database.cursor()
        tables = cursor.execute(
            "select table_name from duckdb_tables() where table_name <> 'schema_version'"
        ).fetchall()
        for (table,) in tables:
            cursor.execute(f"delete from listrak.{table}")

    def close(self) -> None:
        for session_id in list(self.sessions):
            self.end_session(session_id)
        self._database.close()

    def open_session(self) -> str:
        session_id = uuid.uuid4().hex
        self.sessions[session_id] = Session(self._database.cursor())
        return session_id

    def end_session(self, session_id: str) -> None:
        self._found(session_id).cursor.close()
        del self.sessions[session_id]

    def has(self, table: str | None = None) -> bool:
        catalog = "schemata" if table is None else "tables"
        of = "schema_name" if table is None else f"table_name = '{table}' and table_schema"
        sql = f"select 1 from information_schema.{catalog} where {of} = 'listrak'"
        return bool(self._database.cursor().execute(sql).fetchall())

    def kind(self, text: str, given: Given) -> str:
        """What a statement is, without running it; a query's names are looked up."""
        if len(sqlglot.parse(text, read="bigquery")) > 1:
            return "SCRIPT"
        found = kind_of(read(text))
        if found == "SELECT":
            self.run(text, given, None, is_dry=True)
        return found

    def run(
        self,
        text: str,
        given: Given,
        session_id: str | None,
        *,
        is_dry: bool = False,
    ) -> Outcome:
        """Run one statement; `is_dry`: for what would be wrong with it only."""
        with self._one_at_a_time:
            session = self._found(session_id) if session_id else Session(self._database.cursor())
            tree = read(text)
            refuse_beyond_limits(tree, session, in_session=session_id is not None)
            types = tuple((name, kind) for name, (kind, _) in given.items())
            spoken = in_duckdb(text, types, is_dry=is_dry)
            self._refuse_conflict(tree, session)
            try:
                return self._ran(tree, session, spoken, {} if is_dry else given)
            except duckdb.Error as error:
                roll_back(session)
                raise as_bigquery_has_it(error, self.has()) from None

    def _ran(
        self,
        tree: exp.Expression,
        session: Session,
        spoken: str,
        given: Given,
    ) -> Outcome:
        kind = kind_of(tree)
        if self.has():
            session.cursor.execute("set schema = 'listrak'")
        values = {
            name: PYTHON.get(kind, plain)(text) if text is not None else None
            for name, (kind, text) in given.items()
        }
        cursor = session.cursor.execute(spoken, values)
        self._note(tree, session)
        if kind in CHANGES.values():
            return Outcome(kind, changed=cursor.fetchall()[0][0])
        if kind != "SELECT":
            return Outcome(kind)
        columns = tuple((name, type_of(str(each))) for name, each, *_ in cursor.description)
        return Outcome(kind, columns, tuple(cursor.fetchall()))

    def _refuse_conflict(self, tree: exp.Expression, session: Session) -> None:
        """Of two transactions that mutate rows of one table, the second is cancelled.

        So https://cloud.google.com/bigquery/docs/transactions#transaction_concurrency; inserting
        rows is no mutation.
        """
        if not isinstance(tree, exp.Update | exp.Delete) or not session.in_transaction:
            return
        table = table_of(tree)
        others = [each for each in self.sessions.values() if each is not session]
        is_late = self._mutated_at.get(table, 0) > session.began
        if is_late or any(table in each.mutated for each in others):
            roll_back(session)
            raise RefusedStatementError(400, "invalidQuery", UNDONE)
        if table not in session.temporary:
            session.mutated.add(table)

    def _note(self, tree: exp.Expression, session: Session) -> None:
        if isinstance(tree, exp.Create) and tree.find(exp.TemporaryProperty):
            session.temporary.add(table_of(tree))
        if isinstance(tree, exp.Transaction):
            session.in_transaction, session.began = True, self._commits
        if isinstance(tree, exp.Commit):
            self._commits += 1
            self._mutated_at |= dict.fromkeys(session.mutated, self._commits)
        if isinstance(tree, exp.Commit | exp.Rollback):
            session.in_transaction = False
            session.mutated.clear()

    def _found(self, session_id: str) -> Session:
        if session_id not in self.sessions:
            raise RefusedStatementError(400, "invalid", f"Session {session_id} is terminated.")
        return self.sessions[session_id]


@cache
def read(text: str) -> exp.Expression:
    try:
        [tree] = sqlglot.parse(text, read="bigquery")
    except (sqlglot.ParseError, ValueError):
        raise RefusedStatementError(400, "invalidQuery", "Syntax error") from None
    assert isinstance(tree, exp.Expression)
    return tree


def table_of(tree: exp.Expression) -> str:
    """The table that a statement changes or makes: it stands first."""
    found = tree.find(exp.Table)
    return found.name if found else ""


def kind_of(tree: exp.Expression) -> str:
    if isinstance(tree, exp.Query):
        return "SELECT"
    if isinstance(tree, exp.Create | exp.Drop | exp.Alter):
        return f"{type(tree).__name__.upper()}_{tree.args['kind']}"
    return {**CHANGES, **CONTROL}.get(type(tree), "SCRIPT")


def refuse_beyond_limits(tree: exp.Expression, session: Session, *, in_session: bool) -> None:
    """What https://cloud.google.com/bigquery/docs/transactions and …/dml-syntax refuse."""
    if isinstance(tree, exp.Update | exp.Delete) and not tree.args.get("where"):
        raise RefusedStatementError(400, "invalidQuery", "UPDATE must have a WHERE clause")
    if isinstance(tree, exp.Create | exp.Drop | exp.Alter):
        is_temporary = tree.find(exp.TemporaryProperty) or table_of(tree) in (session.temporary)
        if is_temporary and not in_session:
            raise RefusedStatementError(400, "invalidQuery", "CREATE TEMP TABLE needs a session")
        if session.in_transaction and not is_temporary:
            words = "Transaction cannot use DDL statements that affect permanent entities."
            raise RefusedStatementError(400, "invalidQuery", words)
    if type(tree) in CONTROL and session.in_transaction == isinstance(tree, exp.Transaction):
        raise RefusedStatementError(400, "invalidQuery", "Transaction control in the wrong place")


def roll_back(session: Session) -> None:
    """A statement that fails ends its transaction."""
    if session.in_transaction:
        session.cursor.rollback()
        session.in_transaction = False
        session.mutated.clear()


@cache
def in_duckdb(text: str, types: tuple[tuple[str, str], ...], *, is_dry: bool) -> str:
    """Write a statement with parameters of these types; a dry run's are null."""
    kinds = dict(types)

    def spoken(node: exp.Expr) -> exp.Expr | None:
        if isinstance(node, UNKNOWN_TO_DUCKDB):
            return None
        if isinstance(node, exp.JSONValue):  # sqlglot has no word for it
            return exp.JSONExtractScalar(this=node.this, expression=node.args["path"])
        if isinstance(node, exp.Parameter):
            if node.name not in kinds:
                words = f"Query parameter '{node.name}' not found"
                raise RefusedStatementError(400, "invalidQuery", words)
            value = exp.null() if is_dry else exp.Parameter(this=node.this)
            # DuckDB would else make of it what fits.
            return exp.cast(value, kinds[node.name], dialect="bigquery")
        return node

    written = read(text).transform(spoken)
    assert written is not None
    return written.sql("duckdb")


def as_bigquery_has_it(error: duckdb.Error, has_dataset: bool) -> RefusedStatementError:
    words = str(error)
    if isinstance(error, duckdb.CatalogException) and "already exists" in words:
        return RefusedStatementError(409, "duplicate", "Already Exists")
    if isinstance(error, duckdb.CatalogException):
        missing = words if has_dataset else "Dataset p:listrak"
        return RefusedStatementError(404, "notFound", f"Not found: {missing}")
    return RefusedStatementError(400, "invalidQuery", words)


def plain(text: str) -> Any:
    return {"true": True, "false": False}.get(text, text)
