"""scripts/sql: a prompt on the warehouse, a statement, or a saved query."""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
from collections.abc import Sequence

import pyarrow as pa

from listrak.errors import ListrakSourceError
from listrak.warehouse.dialect import DIALECTS
from listrak.warehouse.tables import ddl
from listrak.warehouse.warehouse import Door
from local.answers import check_output, show, write
from local.database import DatabaseError
from local.decision import WAREHOUSE
from local.log import show_log
from local.place import find_place
from local.prompt import prompt
from local.saved_queries import SqlError, question, saved_queries
from local.services import StartError
from local.warehouses import find_warehouse

LOCK_SECONDS = 60.0
BROKEN_PIPE = 141  # as a shell has it of a program that the signal ended
EPILOG = "examples: scripts/sql runs; scripts/sql members list_id=12345 at=2026-11-20 --output -"


def main(arguments: list[str]) -> int:
    """Answer what was asked; 1 with one line on standard error when that fails.

    A prompt's status is 1 where its input is no terminal and a statement failed.
    """
    options = _options(arguments)
    show_log()
    try:
        return _answer(options)
    except (SqlError, ListrakSourceError, StartError, DatabaseError) as error:
        return _fail(error)
    except BrokenPipeError:
        # Whoever read on has enough. Python would complain when it empties its buffer at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "scripts/sql", description="SQL on the warehouse, read-only.", epilog=EPILOG
    )
    parser.add_argument(
        "words", nargs="*", metavar="STATEMENT | NAME key=value …", help="none: a prompt"
    )
    parser.add_argument("--list", action="store_true", help="name the saved queries")
    parser.add_argument(
        "--connection", default=WAREHOUSE, metavar="ID", help=f"default: {WAREHOUSE}"
    )
    parser.add_argument(
        "--output", metavar="FILE", help="write all rows to FILE.csv or FILE.parquet; -: CSV"
    )
    parser.add_argument("--force", action="store_true", help="write over FILE")
    parser.add_argument(
        "--ddl", choices=list(DIALECTS), help="print what makes the tables, for an administrator"
    )
    parser.add_argument(
        "--from-version", type=int, default=0, metavar="N", help="with --ddl: upgrade tables of N"
    )
    return parser.parse_intermixed_args(arguments)


def _answer(options: argparse.Namespace) -> int:
    if options.list:
        print(_list())
        return 0
    if options.ddl:
        print(_ddl(options.ddl, options.from_version))
        return 0
    if options.output:
        if not options.words:
            raise SqlError("--output takes a statement or a saved query.")
        check_output(options.output, force=options.force)
    door = find_warehouse(
        options.connection, os.environ, find_place(os.environ), _note, LOCK_SECONDS
    )
    if not options.words or sys.stderr.isatty():
        _note(f"Reading {door.place}")
    if not options.words:
        return _prompt(door)
    answer = _ask(door, options.words)
    if not options.output:
        show(answer, screen=sys.stdout.isatty())
    else:
        write(answer, options.output)
        _note(f"{answer.num_rows:,} rows written to {options.output}")
    return 0


def _list() -> str:
    """Return the saved queries' names, what they are for and what they take."""
    lines = []
    for query in saved_queries().values():
        lines += textwrap.wrap(
            query.purpose, 100, initial_indent=f"{query.name:<17} ", subsequent_indent=" " * 18
        )
        lines += [f"{'':18}  {parameter}" for parameter in query.parameters]
    return "\n".join(lines)


def _ddl(engine: str, from_version: int) -> str:
    try:
        return "\n\n".join(ddl(engine, from_version))
    except ValueError as error:
        raise SqlError(str(error)) from None


def _ask(door: Door, words: Sequence[str]) -> pa.Table:
    asked = question(words, door.engine)
    return door.ask(asked.text, asked.values)


def _prompt(door: Door) -> int:
    def answer(words: Sequence[str]) -> None:
        show(_ask(door, words), screen=sys.stdout.isatty())

    return prompt(answer, {"list": _list}, _fail)


def _note(line: str) -> None:
    print(line, file=sys.stderr)


def _fail(error: Exception) -> int:
    print(f"scripts/sql: {error}", file=sys.stderr)
    return 1
