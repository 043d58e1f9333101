"""Redshift's errors as this project's: what to do about each, without quoting any row.

Redshift's own texts may hold values of the rows at hand: only SQLSTATE is passed on.
"""

from __future__ import annotations

from botocore.exceptions import ClientError
from redshift_connector.error import Error

from listrak.errors import ListrakSourceError, WarehouseUnavailableError
from listrak.warehouse.error_texts import NOTHING_KEPT, statement_error, unconnected
from listrak.warehouse.redshift.staging import Staging

# What the client raises: its own errors, and the socket's as they are.
CLIENT_ERRORS = (Error, OSError)
# Under this SQLSTATE Redshift says whatever has none of PostgreSQL's.
UNSAID = "XX000"
# Redshift's own number of a serializable isolation violation, under the SQLSTATE of any fault.
NOT_SERIALIZABLE = "1023"

ROLLED_BACK = "rolled the step back because of another one. {kept} A task tries again by itself."
# By SQLSTATE, or its first two digits: what was seen, and what happens next.
PASSING = {
    NOT_SERIALIZABLE: ROLLED_BACK,
    "40": ROLLED_BACK,
    "42P06": "was being set up by another task. {kept} A task tries again by itself.",
    "42P07": "was being set up by another task. {kept} A task tries again by itself.",
    "57014": (
        "was still being written by another task after {lock_timeout:.0f} s, or cancelled a "
        "statement: by hand, by a queue's limit or by statement_timeout, which should leave room "
        "for a whole list. {kept} A task tries again by itself. If it goes on: `select * from "
        "svv_transactions` says who holds listrak.schema_version; `select "
        "pg_terminate_backend(<pid>)` ends a session that is dead."
    ),
    "53100": "has no room left. {kept} Make room; a task tries again by itself.",
    "53300": "takes no more connections. {kept} A task tries again by itself.",
    "08": "is away: the connection was lost. {kept} A task tries again by itself.",
    "53": "lacks resources (SQLSTATE {state}). {kept} A task tries again by itself.",
    "57": "is being stopped, started or resized. {kept} A task tries again by itself.",
}
LASTING = {
    "42501": (
        "refused a statement: the connection's login lacks a right. {kept} Let an administrator "
        "run `create schema listrak authorization <login>` and `grant temp on database … to "
        "<login>` there, or what `scripts/sql --ddl redshift` prints (with `--from-version`, if "
        "there are tables already) and the README's grants. Then clear the task."
    ),
    "25006": "is read-only for the connection's login. {kept} Name one that may write.",
    "": (
        "refused a statement (SQLSTATE {state}). {kept} If the tables were made or changed by "
        "another program, keep them and use another database. sys_query_history has Redshift's own "
        "words."
    ),
}
CONNECTING = {
    "28": "does not take the connection's login or password: correct them",
    "3D": "is not there: the connection's schema names the database",
    "42": "does not let the connection's login in: grant connect on the database",
}

AWS_REFUSES = (
    "gets no password from AWS ({code}): correct the extras that name the cluster or workgroup, or "
    "let the workers' AWS credentials call redshift:GetClusterCredentials for the login"
)


def sqlstate(error: BaseException) -> str:
    """Return the error's SQLSTATE, `1023` for a conflict, or nothing where the server sent none."""
    fields = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    if str(fields.get("M", "")).startswith(NOT_SERIALIZABLE):
        return NOT_SERIALIZABLE
    return str(fields.get("C", ""))


def redshift_error(
    error: BaseException, where: str, lock_timeout: float, kept: str = NOTHING_KEPT
) -> ListrakSourceError:
    """Return what the caller should do about `error`. `where` names the connection and database."""
    state = sqlstate(error) or "08"
    seen = {"kept": kept, "state": state, "lock_timeout": lock_timeout}
    return statement_error((state, state[:2]), PASSING, LASTING, where, **seen)


def copying_error(error: Error, where: str, staging: Staging) -> Exception:
    """Return what the caller should do about a COPY that failed; `error` itself where it says so.

    COPY's own text, and what sys_load_error_detail keeps of it, may quote rows.
    """
    if sqlstate(error) != UNSAID:
        return error
    return WarehouseUnavailableError(
        f"{where} could not read what waits under {staging.prefix} as {staging.iam_role}. "
        f"{NOTHING_KEPT} A task tries again by itself. If it goes on: the cluster must have the "
        "role, the role must be allowed to list the bucket and to get its objects, and the bucket "
        "must lie in the cluster's region. sys_load_error_detail says what was wrong with a file."
    )


def own_words(error: BaseException) -> str:
    """Return Redshift's own words, in one line: for the person who asked, not for a log."""
    fields = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    return " ".join(str(fields.get("M", error)).split())


def connecting_error(error: BaseException, where: str) -> ListrakSourceError:
    """Return what the caller should do about a connection that was not made."""
    return unconnected(
        where,
        _refusal(error),
        "it is down, paused or full, the connection's host or port is wrong, or (extra `iam`) AWS "
        "gives no password for it",
    )


def _refusal(error: BaseException) -> str | None:
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", ""))
        return AWS_REFUSES.format(code=code) if "Denied" in code or "NotFound" in code else None
    return CONNECTING.get(sqlstate(error)[:2])
