"""Snowflake's errors as this project's: what to do about each, without quoting any row.

Snowflake's own texts may hold values of the rows at hand: they are not passed on, only its number
and SQLSTATE are. While logging in, the words have to do.
"""

from __future__ import annotations

import re

from snowflake.connector.errors import Error

from listrak.errors import ListrakSourceError
from listrak.warehouse.error_texts import NOTHING_KEPT, statement_error, unconnected

AWAY = "is away, or the connection was lost. {kept} A task tries again by itself."
SESSION_ENDED = "ended the session. {kept} A task tries again by itself."
NOT_THERE = (
    "lacks an object that a statement names, or the connection's role may not see it (error "
    "{number}). {kept} If the tables were changed by another program, use another database. Else "
    "grant the role what README.md lists, on the tables that an upgrade made as well."
)
CLIENT_SIDE = 250_000  # from there on are the client's own numbers, for what it met on its way
# What the client says where Snowflake said nothing.
WITHOUT_STATE = (None, "", "n/a", "08001")

# By number, SQLSTATE, or its first two digits: what was seen, and what happens next.
PASSING = {
    "57014": (
        "cancelled a statement: by hand, by a timeout, or because another task was still writing "
        "after {lock_timeout:.0f} s, or 20 were waiting for that; `show locks` says which. {kept} "
        "A task tries again by itself."
    ),
    # https://github.com/snowflakedb/snowflake-connector-python: its network.py names them.
    **dict.fromkeys(("390111", "390112", "390113", "390114", "390115"), SESSION_ENDED),
    "08": AWAY,
    "40": "rolled the step back because of another one. {kept} A task tries again by itself.",
    "53": "lacks resources (error {number}). {kept} A task tries again by itself.",
    "XX": "met an error of its own ({number}). {kept} A task tries again by itself.",
}
LASTING = {
    "606": (
        "has no virtual warehouse to run the statement. {kept} Name one in the connection's extra "
        "`warehouse`, or give the user a default one, and clear the task."
    ),
    "90073": (
        "may not spend more: a resource monitor's quota is used up. {kept} Raise it, or wait for "
        "the next period, and clear the task."
    ),
    "42501": (
        "refused a statement: the connection's role lacks a right. {kept} Let an administrator run "
        "`create schema listrak` in that database and `grant ownership on schema listrak to role "
        "…`, or grant the role what README.md lists. Then clear the task."
    ),
    "2003": NOT_THERE,
    "2043": NOT_THERE,
    "": (
        "refused a statement (error {number}, SQLSTATE {state}). {kept} If the tables were made or "
        "changed by another program, keep them and use another database. Snowflake's query "
        "history has its own words."
    ),
}
# Words of a refused login, lower case, and what to do. The first that fits counts.
CONNECTING = (
    ("incorrect username or password", "does not take the login or password: correct them"),
    ("jwt token is invalid", "does not take the key: give the user its public half"),
    ("password", "does not take the password as it is: it may have expired, or MFA may be asked"),
    ("multi-factor", "asks for a second factor: use a key pair or an access token"),
    ("temporarily locked", "has locked the user: unlock it, and correct the password"),
    ("disabled", "has disabled the user: enable it"),
    ("not allowed to access", "lets nobody in from this address: see its network policies"),
    ("database", "does not know the database, or not for that role: extra `database` names it"),
    ("warehouse", "does not know the virtual warehouse, or not for that role: correct the extra"),
    ("role", "does not give the user the role: grant it, or correct the extra `role`"),
    ("404", "is not an account there: correct the extra `account`, or `host`"),
    ("403", "is not an account there, or hidden from this address: correct the extra `account`"),
    ("certificate", "and this side do not trust each other's certificate"),
)


def snowflake_error(
    error: Error, where: str, lock_timeout: float, kept: str = NOTHING_KEPT
) -> ListrakSourceError:
    """Return what the caller should do about `error`. `where` names the connection and database."""
    state = "08" if is_lost(error) else error.sqlstate or ""
    seen = {"kept": kept, "number": error.errno, "state": state, "lock_timeout": lock_timeout}
    keys = (str(error.errno), state, state[:2])
    return statement_error(keys, PASSING, LASTING, where, **seen)


def is_lost(error: Error) -> bool:
    """Whether nothing is known of what Snowflake did: it was not reached, or did not answer."""
    return error.errno >= CLIENT_SIDE and error.sqlstate in WITHOUT_STATE


def own_words(error: Error) -> str:
    """Return Snowflake's own words, in one line: for the person who asked, not for a log."""
    return " ".join(str(error.msg).split())


def connecting_error(error: Error, where: str) -> ListrakSourceError:
    """Return what the caller should do about a login that was not made."""
    # The words before name the server, which may be called anything.
    found = re.search(r":\d+\. (.*)", str(error.msg).lower(), re.DOTALL)
    said = found[1] if found else ""
    refusal = next((meaning for words, meaning in CONNECTING if words in said), None)
    away = "it is down, or the connection's extra `account`, `host` or `port` is wrong"
    return unconnected(where, refusal, away)
