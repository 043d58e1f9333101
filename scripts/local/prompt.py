"""The prompt of scripts/sql: what a person types, statement by statement."""

from __future__ import annotations

import importlib
import io
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from listrak.errors import ListrakSourceError
from local.saved_queries import SqlError

HELP = (
    "A statement ended by `;`, or a saved query with its parameters, such as "
    "`members list_id=12345`.\n`list` names the saved queries; Ctrl-C drops what was typed; "
    "`quit` or Ctrl-D leaves."
)
NAME = re.compile(r"\\?\w+")
LEAVING = ("quit", "exit", "\\q")
# What a statement of several lines may begin with, alone on its line.
BEGINNINGS = (
    "select", "with", "from", "values", "table", "show", "describe", "explain", "pivot", "unpivot",
    "summarize",
)  # fmt: skip


def prompt(
    answer: Callable[[Sequence[str]], None],
    commands: Mapping[str, Callable[[], str]],
    fail: Callable[[Exception], object],
) -> int:
    """Answer each statement, or saved query with its parameters, until the person leaves.

    `commands`: what a word prints. Returns 1 where the input is no terminal and something failed.
    """
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")  # the door says what is no UTF-8
    if sys.stdin.isatty():
        importlib.import_module("readline")  # line editing for input()
        print(HELP, file=sys.stderr)
    known = {**commands, "help": lambda: HELP}
    answered = [_try(answer, known, fail, statement) for statement in _typed()]
    return 0 if sys.stdin.isatty() or all(answered) else 1


def _typed() -> Iterator[str]:
    """Yield each statement: up to a line's last `;`, a saved query alone, or what is left.

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
        if _without_end(statement) in LEAVING:
            return
        if statement.endswith(";") or _names_one(statement):
            yield statement
            statement = ""
    if statement:
        yield statement


def _without_end(statement: str) -> str:
    return statement.rstrip("; \n")


def _names_one(statement: str) -> bool:
    """Whether it can only be a saved query, or a command: a word, alone or with what it is given.

    Also where there is none of that name: to wait for its end would leave a person stuck.
    """
    name, *given = _without_end(statement).split() or [""]
    is_word = bool(NAME.fullmatch(name)) and name.lower() not in BEGINNINGS
    return is_word and all("=" in word for word in given[:1])


def _try(
    answer: Callable[[Sequence[str]], None],
    commands: Mapping[str, Callable[[], str]],
    fail: Callable[[Exception], object],
    statement: str,
) -> bool:
    command = _without_end(statement)
    if command in commands:
        print(commands[command]())
        return True
    try:
        answer(_words(command) if _names_one(statement) else [statement])
    except (SqlError, ListrakSourceError) as error:
        fail(error)
        return False
    return True


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise SqlError(f"{line!r} is not understood: {error}.") from None
