"""SQL on a DuckDB file that others write: opened read-only for one statement, then closed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import duckdb

SCHEMA = "listrak"
CATALOG = "warehouse"
LOCK_SECONDS = 60.0
LOCK_WORDS = "Could not set lock"  # DuckDB's message while another process has the file open
ALL = 2**31 - 1
SCREEN_ROWS = 200

Say = Callable[[str], None]


class SqlError(Exception):
    """A statement that cannot be answered; one line."""


def show_answer(
    path: Path, statement: str, say: Say, *, screen: bool, patience: float = LOCK_SECONDS
) -> None:
    """Print a statement's result as an aligned table.

    On a screen the longest results are cut to their first and last rows; elsewhere nothing is.
    Raises SqlError when the file does not exist, stays locked for `patience` seconds, or refuses.
    """
    with _opened(path, say, patience) as warehouse:
        try:
            warehouse.execute("set TimeZone = 'UTC'")
            if _has_schema(warehouse):
                warehouse.execute(f"set search_path = '{CATALOG}.{SCHEMA},{CATALOG}.main'")
            if (relation := warehouse.sql(statement)) is not None:
                # DuckDB's own box, which also escapes control characters in values.
                relation.show(max_rows=SCREEN_ROWS if screen else ALL, max_width=ALL)
        except duckdb.Error as error:
            raise SqlError(" ".join(str(error).split())) from None


def saved_queries(directory: Path) -> dict[str, str]:
    """Return each saved query's name and purpose, which is its first comment line."""
    return {file.stem: _purpose(file) for file in sorted(directory.glob("*.sql"))}


def _purpose(file: Path) -> str:
    first = next(iter(file.read_text(encoding="utf-8").splitlines()), "")
    return first.removeprefix("--").strip().removeprefix("Purpose:").strip()


def _opened(path: Path, say: Say, patience: float) -> duckdb.DuckDBPyConnection:
    if not path.exists():
        raise SqlError(f"{path} does not exist yet: run scripts/run first.")
    deadline = time.monotonic() + patience
    told = False
    while True:
        try:
            return _attached(path)
        except duckdb.Error as error:
            if LOCK_WORDS not in str(error):
                raise SqlError(f"{path} cannot be opened: {' '.join(str(error).split())}") from None
        if time.monotonic() >= deadline:
            raise SqlError(
                f"{path} was open in another program for {patience:.0f} s: close it there, or try "
                "again when the run is done."
            )
        if not told:
            say(f"Waiting: another program has {path.name} open …")
            told = True
        time.sleep(0.1)


def _attached(path: Path) -> duckdb.DuckDBPyConnection:
    """Attach under a fixed name: in a file listrak.duckdb the schema's name would be ambiguous."""
    connection = duckdb.connect(":memory:")
    try:
        quoted = str(path).replace("'", "''")
        connection.execute(f"attach '{quoted}' as {CATALOG} (read_only)")
        connection.execute(f"use {CATALOG}")
    except duckdb.Error:
        connection.close()
        raise
    return connection


def _has_schema(warehouse: duckdb.DuckDBPyConnection) -> bool:
    query = "select count(*) from information_schema.schemata where schema_name = ?"
    return warehouse.execute(query, [SCHEMA]).fetchall() != [(0,)]
