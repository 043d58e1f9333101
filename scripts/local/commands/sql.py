"""scripts/sql: a prompt on the warehouse, a statement, or a saved query."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

from local.decision import WAREHOUSE, current_decision, read_decision, warehouse_path
from local.place import Place, find_place
from local.sources import listrak_conn_ids
from local.sql import SqlError, saved_queries, show_answer

HELP = "One statement, ended by `;`. Ctrl-D leaves. `show tables;` names the tables."


def main(arguments: list[str]) -> int:
    """Answer what was asked; 1 with one line on standard error when that fails."""
    options = _options(arguments)
    place = find_place(os.environ)
    saved = place.project / "include" / "sql" / "inspect"
    if options.list:
        for name, purpose in saved_queries(saved).items():
            print(f"{name:<16} {purpose}")
        return 0
    try:
        path = _path(place, options.connection)
        if options.statement is None:
            return _prompt(path)
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
    """Take a single word for a saved query's name, anything longer for SQL."""
    if len(text.split()) > 1:
        return text
    file = saved / f"{text}.sql"
    if not file.is_file():
        raise SqlError(
            f"There is no saved query {text!r}; there are {', '.join(saved_queries(saved))}."
        )
    return file.read_text(encoding="utf-8")


def _prompt(path: Path) -> int:
    if sys.stdin.isatty():
        importlib.import_module("readline")  # line editing for input()
        print(f"{path}\n{HELP}")
    statement = ""
    while True:
        try:
            line = input(("sql> " if not statement else "  …> ") if sys.stdin.isatty() else "")
        except EOFError:
            return 0
        except KeyboardInterrupt:
            statement = ""
            print()
            continue
        statement = f"{statement}\n{line}".strip()
        if statement.endswith(";"):
            _try(path, statement)
            statement = ""


def _try(path: Path, statement: str) -> None:
    try:
        _show(path, statement)
    except SqlError as error:
        _fail(error)


def _show(path: Path, statement: str) -> None:
    show_answer(
        path, statement, lambda line: print(line, file=sys.stderr), screen=sys.stdout.isatty()
    )


def _fail(error: Exception) -> int:
    print(f"scripts/sql: {error}", file=sys.stderr)
    return 1
