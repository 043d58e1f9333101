"""Reading the fields of an Airflow connection; what is wrong with one is said in one way. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Protocol

from listrak.errors import ConnectionSettingsError

CONNECTION_KEYS = (
    "conn_type",
    "host",
    "port",
    "schema",
    "login",
    "password",
    "extra",
    "description",
)
LAST_PORT = 65535
# About 23 days in seconds: PostgreSQL and Redshift count in 31 bits of milliseconds.
LARGEST = 2_000_000.0
PORT_DIGITS = 5


def variable(conn_id: str) -> str:
    """Return the environment variable in which Airflow looks for a connection."""
    return f"AIRFLOW_CONN_{conn_id.upper()}"


class ConnectionFields(Protocol):
    """The fields of an Airflow connection that are read here; `airflow.sdk.Connection` has them."""

    conn_id: str
    conn_type: str | None
    host: str | None
    schema: str | None
    login: str | None
    password: str | None
    port: int | None
    extra: str | None


def extra_of(fields: ConnectionFields) -> dict[str, Any]:
    """Return the extra. Raises ConnectionSettingsError when it is no JSON object."""
    try:
        extra = json.loads(fields.extra or "{}")
    except (ValueError, RecursionError):
        extra = None
    if not isinstance(extra, dict):
        raise wrong(
            fields, "extra", "is not a JSON object", 'an object such as {"timezone": "UTC"}'
        )
    return extra


def given_extras(
    fields: ConnectionFields,
    extra: Mapping[str, Any],
    known: Collection[str],
    others: Collection[str] = (),
    unfilled: Collection[object] = (None, "", False),
) -> dict[str, Any]:
    """Return the extras that are filled in. Raises ConnectionSettingsError for an unknown one.

    One that is misspelt must not go unnoticed. `others`: those of other users of the connection,
    which change nothing. `unfilled`: what Airflow's form leaves where nothing was filled in.
    """
    given = {key: value for key, value in extra.items() if value not in unfilled}
    for key in given:
        if key not in known and key not in others:
            raise wrong(fields, f"extra `{key}`", "is not known", f"one of {', '.join(known)}")
    return given


def required(fields: ConnectionFields, key: str, what: str) -> str:
    """Return a field's text. Raises ConnectionSettingsError saying `what` belongs there."""
    value: str | None = getattr(fields, key)
    if not value or not value.strip():
        raise wrong(fields, key, "is empty", what)
    return value.strip()


def server_name(fields: ConnectionFields, what: str) -> str:
    """Return the host. Raises ConnectionSettingsError where none can be called so (RFC 5890)."""
    host = required(fields, "host", what)
    try:
        host.encode("idna")
    except UnicodeError:
        raise wrong(fields, "host", "is no name of a server", what) from None
    return host


def port_number(fields: ConnectionFields, key: str, value: object) -> int:
    """Return a port given as a number or as text. Raises ConnectionSettingsError naming `key`."""
    text = str(value)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= PORT_DIGITS else 0
    if not 0 < number <= LAST_PORT:
        raise wrong(fields, key, "is no port", f"a number from 1 to {LAST_PORT}")
    return number


def positive(fields: ConnectionFields, extra: dict[str, Any], key: str, default: float) -> float:
    """Return a number of the extra, or `default`. Raises ConnectionSettingsError if it is odd."""
    try:
        number = float(extra.get(key, default))
    except (TypeError, ValueError, OverflowError):
        number = 0.0
    if not 0 < number <= LARGEST:
        allowed = f"one up to {LARGEST:,.0f}, such as {default:g}"
        raise wrong(fields, f"extra `{key}`", "is not a number above 0", allowed)
    return number


def unreadable_text(conn_id: str, text: str) -> ConnectionSettingsError:
    """Return the error for a text in the environment that Airflow makes no connection of.

    It names the keys that are none of a connection's, and never quotes the text: it may hold a
    password.
    """
    try:
        keys = sorted(set(json.loads(text)) - set(CONNECTION_KEYS))
    except (ValueError, TypeError, RecursionError):
        keys = []
    seen = (
        f"has {', '.join(f'`{key}`' for key in keys)}; expected only {', '.join(CONNECTION_KEYS)}"
        if keys
        else "is neither a connection's JSON nor its URI"
    )
    return ConnectionSettingsError(
        f"Connection `{conn_id}` cannot be read: the text of {variable(conn_id)} {seen}. Nothing "
        "was read or sent; what is pending stays so. README.md shows both forms."
    )


def wrong(fields: ConnectionFields, key: str, seen: str, allowed: str) -> ConnectionSettingsError:
    """Return the error that names the connection, the field, what was seen and is allowed."""
    return ConnectionSettingsError(
        f"Connection `{fields.conn_id}`: {key} {seen}; expected {allowed}. Nothing was read or "
        "sent. Correct it in Airflow (Admin > Connections, or the environment variable "
        f"{variable(fields.conn_id)})."
    )
