"""scripts/sql: a prompt on the warehouse, a statement, or a saved query."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from local.decision import WAREHOUSE, current_decision, read_decision, warehouse_path
from local.place import Place, find_place
from local.sources import listrak_conn_ids
from local.sql import SqlError, saved_queries, show_answer

HELP = (
    "A statement ended by `;`, or a saved query's name. Ctrl-D leaves. `show tables;` names them."
)


def main(arguments: list[str]) -> int:
    """Answer what was asked; 1 with one line on standard error when that fails.

    A prompt's status is 1 where its input is no terminal and a statement failed.
    """
    options = _options(arguments)
    place = find_place(os.environ)
    saved = place.project / "include" / "sql" / "inspect"
    if options.list:
        for name, purpose in saved_queries(saved).items():
            print(f"{name:<16} {purpose}")
        return 0
    try:
        path = _path(place, options.connection)
        if options.statement is None or sys.stderr.isatty():
            _note(f"Reading {path}")
        if options.statement is None:
            return _prompt(path, saved)
        _show(path, _statement(options.statement, saved))
    except (SqlError, ValueError) as error:
        return _fail(error)
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "scripts/sql", description="SQL on the embedded warehouse, read-only."
    )
    parser.add_argument("statement", nargs="?", metavar="STATEMENT|NAME", help="none: a prompt")
    parser.add_argument("--list", action="store_true", help="name the saved queries")
    parser.add_argument(
        "--connection", default=WAREHOUSE, metavar="ID", help=f"default: {WAREHOUSE}"
    )
    return parser.parse_args(arguments)


def _path(place: Place, conn_id: str) -> Path:
    decision = current_decision(read_decision(place), listrak_conn_ids(), os.environ)
    return warehouse_path(conn_id, decision, os.environ, place)


def _statement(text: str, saved: Path) -> str:
    """Take a single word for a saved query's name, anything longer for SQL. Raises SqlError."""
    if not text.strip(" \t\n;"):
        raise SqlError("The statement is empty.")
    if len(text.split()) > 1:
        return text
    file = saved / f"{text}.sql"
    if not file.is_file():
        raise SqlError(
            f"There is no saved query {text!r}; there are {', '.join(saved_queries(saved))}."
        )
    return file.read_text(encoding="utf-8")


def _prompt(path: Path, saved: Path) -> int:
    if sys.stdin.isatty():
        importlib.import_module("readline")  # line editing for input()
        _note(HELP)
    answered = [_try(path, statement) for statement in _typed(saved)]
    return 0 if sys.stdin.isatty() or all(answered) else 1


def _typed(saved: Path) -> Iterator[str]:
    """Yield each statement: up to a line's last `;`, a saved query's name alone, or what is left.

    Ctrl-C drops what has been typed of one.
    """
    statement = ""
    while True:
        try:
            line = input(("sql> " if not statement else "  …> ") if sys.stdin.isatty() else "")
        except EOFError:
            break
        except KeyboardInterrupt:
            statement = ""
            print()
            continue
        statement = f"{statement}\n{line}".strip()
        name = statement.rstrip("; ")
        if statement.endswith(";") or name in saved_queries(saved):
            yield _statement(name, saved) if name in saved_queries(saved) else statement
            statement = ""
    if statement:
        yield statement


def _try(path: Path, statement: str) -> bool:
    try:
        _show(path, statement)
    except SqlError as error:
        _fail(error)
        return False
    return True


def _show(path: Path, statement: str) -> None:
    show_answer(path, statement, _note, screen=sys.stdout.isatty())


def _note(line: str) -> None:
    print(line, file=sys.stderr)


def _fail(error: Exception) -> int:
    print(f"scripts/sql: {error}", file=sys.stderr)
    return 1
