"""The connections of the two APIs as frozen settings, parsed once and checked completely.

Pure: takes an object with a connection's fields, so that it works without Airflow. A `repr` of
these settings hides every secret.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from listrak.connection_fields import ConnectionFields, extra_of, positive, required, wrong

LISTRAK_HOST = "https://api.listrak.com/email"
LISTRAK_TOKEN_URL = "https://auth.listrak.com/OAuth2/Token"  # noqa: S105 (an address, not a secret)
LISTRAK_TIMEZONE = "America/New_York"
SEGMENT_HOST = "https://api.segment.io"
SEGMENT_HOSTS = (SEGMENT_HOST, "https://events.eu1.segmentapis.com")
SEGMENT_SETTINGS_URL = "https://cdn.segment.com/v1/projects/{write_key}/settings"
WAREHOUSE_CONN_ID = "warehouse_default"


@dataclass(frozen=True)
class ListrakConnection:
    """Where and as whom to read Listrak. `timeout`: seconds without a byte before giving up."""

    conn_id: str
    base_url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    timezone: str = LISTRAK_TIMEZONE
    timeout: float = 30.0


@dataclass(frozen=True)
class SegmentConnection:
    """Where and with which write key to send. `settings_url`: None switches the key check off."""

    conn_id: str
    host: str
    write_key: str = field(repr=False)
    max_events_per_second: float = 1000.0
    settings_url: str | None = field(default=None, repr=False)
    timeout: float = 30.0


def listrak_connection(fields: ConnectionFields) -> ListrakConnection:
    """Return the settings of a `listrak` connection.

    Raises ConnectionSettingsError naming the connection, the field and what is allowed.
    """
    extra = extra_of(fields)
    return ListrakConnection(
        conn_id=fields.conn_id,
        base_url=_base_url(fields, LISTRAK_HOST),
        token_url=_url(fields, "extra `token_url`", extra.get("token_url") or LISTRAK_TOKEN_URL),
        client_id=required(fields, "login", "the client id of the Listrak integration"),
        client_secret=required(fields, "password", "its client secret"),
        timezone=_timezone(fields, extra.get("timezone") or LISTRAK_TIMEZONE),
        timeout=positive(fields, extra, "timeout", ListrakConnection.timeout),
    )


def segment_connection(fields: ConnectionFields) -> SegmentConnection:
    """Return the settings of a `segment` connection.

    The write key is checked against `settings_url` by default only for Segment's own hosts; the
    extra names another address (`{write_key}` is filled in) or says `off`.
    Raises ConnectionSettingsError naming the connection, the field and what is allowed.
    """
    extra = extra_of(fields)
    host = _base_url(fields, SEGMENT_HOST)
    default = SEGMENT_SETTINGS_URL if host in SEGMENT_HOSTS else "off"
    settings_url = extra.get("settings_url", default)
    return SegmentConnection(
        conn_id=fields.conn_id,
        host=host,
        write_key=required(fields, "password", "the write key of the Segment source"),
        max_events_per_second=positive(
            fields, extra, "max_events_per_second", SegmentConnection.max_events_per_second
        ),
        settings_url=None
        if settings_url in ("off", "", None, False)
        else _url(fields, "extra `settings_url`", settings_url),
        timeout=positive(fields, extra, "timeout", SegmentConnection.timeout),
    )


def _base_url(fields: ConnectionFields, default: str) -> str:
    """Put the address together: a URI connection carries a path in `schema`, the UI form in `host`.

    A host without a protocol is taken as https, unlike HttpHook, whose default is http.
    """
    if not fields.host:
        return default
    protocol = fields.schema if fields.schema in ("http", "https") else "https"
    url = fields.host if "://" in fields.host else f"{protocol}://{fields.host}"
    parts = urlsplit(_url(fields, "host", url))
    path = parts.path.rstrip("/")
    if fields.schema and fields.schema not in ("http", "https"):
        path = f"{path}/{fields.schema.strip('/')}"
    netloc = f"{parts.netloc}:{fields.port}" if fields.port else parts.netloc
    return _url(fields, "host", f"{parts.scheme}://{netloc}{path}")


def _url(fields: ConnectionFields, key: str, value: object) -> str:
    """Check an address. It is not shown when wrong: a key or password may stand in it."""
    text = str(value).rstrip("/")
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or "@" in parts.netloc:
        raise wrong(fields, key, "is not an address", "http(s)://host[:port][/path]")
    return text


def _timezone(fields: ConnectionFields, value: object) -> str:
    try:
        return ZoneInfo(str(value)).key
    except (ValueError, OSError, LookupError):
        raise wrong(
            fields, "extra `timezone`", f"is {value!r}", "a name such as America/New_York"
        ) from None
