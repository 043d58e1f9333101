"""PostgreSQL's errors as this project's: what to do about each, without quoting any row.

PostgreSQL's own texts may hold values of the rows at hand, and its DETAIL mostly does: they are not
passed on, only SQLSTATE is. While connecting there is no SQLSTATE: there the words have to do.
"""

from __future__ import annotations

import re

from adbc_driver_manager import AdbcStatusCode, Error

from listrak.errors import ListrakSourceError
from listrak.warehouse.error_texts import NOTHING_KEPT, statement_error, unconnected

# By SQLSTATE, or its first two digits: what was seen, and what happens next.
PASSING = {
    "53100": "has no room left on its disk. {kept} Make room; a task tries again by itself.",
    "53300": "takes no more connections. {kept} A task tries again by itself.",
    "55P03": (
        "was still being written by another task, or its tables were locked, after "
        "{lock_timeout:.0f} s. {kept} `select pid from pg_locks where locktype = 'advisory'` says "
        "by whom. A task tries again by itself."
    ),
    "57014": (
        "cancelled a statement: by hand, or by the role's statement_timeout, which should leave "
        "room for a whole list. {kept} A task tries again by itself."
    ),
    "08": (
        "is away: the connection was lost. The server stopped, the network broke, or the role's "
        "transaction_timeout ended a step, which should leave room for a whole list: the server's "
        "log says which. {kept} A task tries again by itself."
    ),
    "25P03": (
        "ended the connection, which was idle for too long. {kept} A task tries again by itself."
    ),
    "25P04": (
        "ended a step that took longer than the role's transaction_timeout, which should leave "
        "room for a whole list. {kept} A task tries again by itself."
    ),
    "40": "rolled the step back because of another one. {kept} A task tries again by itself.",
    "53": "lacks resources (SQLSTATE {state}). {kept} A task tries again by itself.",
    "57": "is being stopped or started. {kept} A task tries again by itself.",
    "58": "has trouble with its files (SQLSTATE {state}). {kept} A task tries again by itself.",
}
LASTING = {
    "42501": (
        "refused a statement: the connection's login lacks a right{on}. {kept} Let an "
        "administrator grant it what README.md lists. Where the tables are not there yet, or an "
        "earlier version's, first run what `scripts/sql --ddl postgres` prints (or that with "
        "`--from-version`); or, if there is no schema yet, let the login own it: `create schema "
        "listrak authorization <login>`. Then clear the task."
    ),
    "42P06": (
        "has a schema `listrak` that this login may not use. {kept} Let an administrator run "
        "`alter schema listrak owner to <login>` if the tasks are its only users, or grant the "
        "login what README.md lists. Then clear the task."
    ),
    "25006": (
        "is read-only: a replica, or a role whose transactions are. {kept} Name a server and a "
        "role that may write in the connection, and clear the task."
    ),
    "22P05": (
        "has no letter for a text of a list: its encoding is not UTF8. {kept} Use a database that "
        "was made with `encoding 'UTF8' template template0`. Then clear the task."
    ),
    "2BP01": (
        "does not let its tables be upgraded: a view of somebody's reads them. {kept} The server's "
        "log names it: drop it, clear the task, and make it again; or read `snapshot_contacts`."
    ),
    "": (
        "refused a statement (SQLSTATE {state}). {kept} If the tables were made or changed by "
        "another program, keep them and use another database. The server's log has its own words."
    ),
}
# The words of a refused connection, lower case, and what to do. The first that fits counts.
CONNECTING = (
    ("password", "does not take the connection's login or password: correct them"),
    ("authentication failed", "does not take the connection's login: correct it"),
    ("role", "does not know the connection's login, or may not let it in: correct it"),
    ("pg_hba.conf", "lets the connection's login in neither from here nor so (pg_hba.conf)"),
    ("database", "is not there, or not for that login: the connection's schema names it"),
    ("permission denied", "does not let the connection's login in: grant connect on the database"),
    ("certificate", "and this side do not trust each other's certificate: see the extra `ssl…`"),
    ("invalid", "cannot be asked: the connection's extra has a value that libpq does not take"),
    ("ssl", "does not agree on SSL: see the connection's extra `sslmode`"),
)
# Those of one that may be made later; they count before the others.
LATER = (
    "starting up", "shutting down", "not yet accepting", "recovery", "too many",
    "slots are reserved", "closed unexpectedly", "closed the connection", "syscall", "timeout",
)  # fmt: skip
# Why it was not made, as far as libpq says.
UNREACHABLE = (
    ("translate host name", "the name of the connection's host is not known here"),
    ("refused", "nothing listens at the connection's host and port"),
    ("no such file", "there is no server's socket in the connection's host"),
    ("too many", "it takes no more connections"),
    ("slots are reserved", "it takes no more connections"),
    ("starting up", "it is being started"),
    ("timeout", "it does not answer in time"),
    ("", "it is down, full, or the connection's host or port is wrong"),
)
# PostgreSQL's own words in the driver's, and what that puts behind them: the question, once more.
OWN = re.compile(r".*(?:'|query): ERROR:\s+(.*)", re.DOTALL)
AFTERWARDS = re.compile(r"\nLINE \d+: |\n\nQuery was: |\. SQLSTATE: ")
DENIED = re.compile(r"permission denied for (table|view|schema|database) (\w+)")
NAME = re.compile('"[^"]*"')
# A connection that the server ends has no SQLSTATE either, only its last words, and not always
# those: libpq drops them if they come between two statements.
LAST_WORDS = {
    "idle-in-transaction timeout": "25P03",
    "transaction timeout": "25P04",
    "administrator command": "57P01",
}
CLIENT_SIDE = (AdbcStatusCode.IO, AdbcStatusCode.UNKNOWN, AdbcStatusCode.INTERNAL)


def postgres_error(
    error: Error, where: str, lock_timeout: float, kept: str = NOTHING_KEPT
) -> ListrakSourceError:
    """Return what the caller should do about `error`. `where` names the connection and database."""
    state = error.sqlstate or _state_of_lost_connection(error)
    on = _thing_without_right(error)
    seen = {"kept": kept, "state": state or "none", "lock_timeout": lock_timeout, "on": on}
    return statement_error((state, state[:2]), PASSING, LASTING, where, **seen)


def _thing_without_right(error: Error) -> str:
    """Return on what, in words: PostgreSQL names no more than a table, a schema or a database."""
    found = DENIED.search(str(error))
    return f" on {found[1]} `{found[2]}`" if found else ""


def _state_of_lost_connection(error: Error) -> str:
    if error.status_code not in CLIENT_SIDE:
        return ""
    said = str(error).lower()
    return next((state for words, state in LAST_WORDS.items() if words in said), "08")


def own_words(error: Error) -> str:
    """Return PostgreSQL's own words, in one line: for the person who asked, not for a log."""
    said = OWN.match(str(error))
    return " ".join(AFTERWARDS.split(said[1] if said else str(error))[0].split())


def connecting_error(error: Error, where: str) -> ListrakSourceError:
    """Return what the caller should do about a connection that was not made."""
    # A host, a role or a file may be called anything, such as `database-1`.
    text = NAME.sub('""', str(error).lower())
    said = text.rpartition("fatal:")[2] if "fatal:" in text else text.rpartition("failed:")[2]
    is_for_later = any(words in said for words in LATER)
    refusals = (meaning for words, meaning in CONNECTING if words in said)
    away = next(meaning for words, meaning in UNREACHABLE if words in said)
    return unconnected(where, None if is_for_later else next(refusals, None), away)
