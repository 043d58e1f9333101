"""A Snowflake warehouse's connection, with the fields and extras of Airflow's own type. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from listrak.connection_fields import (
    ConnectionFields,
    extra_of,
    port_number,
    positive,
    required,
    wrong,
)

# Any extra but these is refused: one that is misspelt (`warehose`) must not go unnoticed.
NAMES = ("account", "database", "warehouse", "role", "region", "host", "protocol")
OWN_EXTRAS = (
    *NAMES, "port", "authenticator", "private_key_file", "private_key_content",
    "session_parameters", "insecure_mode", "ocsp_fail_open", "lock_timeout", "network_timeout",
)  # fmt: skip
# Other users' of the same connection: they change nothing here.
OTHERS_EXTRAS = (
    "aws_access_key_id", "aws_secret_access_key", "client_request_mfa_token",
    "client_store_temporary_credential",
)  # fmt: skip
PASSWORD, KEY_PAIR, TOKEN = "snowflake", "snowflake_jwt", "programmatic_access_token"


@dataclass(frozen=True)
class SnowflakeConnection:
    """Which database the snapshots are kept in, and as whom.

    `password`: also the passphrase of the key, or the access token. `private_key_content`: the key
    itself, PEM, plain or in base64. `addresses`: host, port, protocol, region, where not the usual
    ones. `session_parameters`: Snowflake's, by their names. `lock_timeout` (for another task's
    transaction) and `network_timeout` (for an answer) are in seconds.
    """

    conn_id: str
    account: str
    database: str
    login: str
    password: str | None = field(default=None, repr=False)
    warehouse: str | None = None
    role: str | None = None
    authenticator: str = PASSWORD
    private_key_file: str | None = None
    private_key_content: str | None = field(default=None, repr=False)
    addresses: Mapping[str, str | int] = field(default_factory=dict)
    session_parameters: Mapping[str, str | int | bool] = field(default_factory=dict, repr=False)
    ocsp: Mapping[str, bool] = field(default_factory=dict)
    # A killed task's statement ends after 5 minutes, and its transaction 5 later: wait longer.
    lock_timeout: float = 900.0
    network_timeout: float = 300.0

    @property
    def place(self) -> str:
        """Return where the warehouse is, in words that may be shown."""
        return f"Snowflake database `{self.database}` of account `{self.account}`"


def snowflake_connection(fields: ConnectionFields) -> SnowflakeConnection:
    """Return the settings of a `snowflake` connection.

    Raises ConnectionSettingsError naming the connection, the field and what is allowed.
    """
    extra = _given(fields)
    texts = {key: _text(fields, extra, key) for key in (*NAMES, "private_key_file")}
    connection = SnowflakeConnection(
        conn_id=fields.conn_id,
        account=_named(fields, texts, "account", "such as `myorg-account123`"),
        database=_named(fields, texts, "database", "the name of one that exists already"),
        login=required(fields, "login", "the user that the tasks log in as"),
        password=fields.password or None,
        warehouse=texts["warehouse"],
        role=texts["role"],
        authenticator=_authenticator(fields, extra),
        private_key_file=texts["private_key_file"],
        private_key_content=_text(fields, extra, "private_key_content", shown=False),
        addresses=_addresses(fields, extra, texts),
        session_parameters=_session_parameters(fields, extra),
        ocsp=_ocsp(fields, extra),
        lock_timeout=positive(fields, extra, "lock_timeout", SnowflakeConnection.lock_timeout),
        network_timeout=positive(
            fields, extra, "network_timeout", SnowflakeConnection.network_timeout
        ),
    )
    _check_secret(fields, connection)
    return connection


def _given(fields: ConnectionFields) -> dict[str, Any]:
    # Airflow's form leaves what is not filled in as null, "" or false.
    given = {key: value for key, value in extra_of(fields).items() if value not in (None, "")}
    for key, value in given.items():
        if key not in OWN_EXTRAS and key not in OTHERS_EXTRAS and value is not False:
            allowed = "one of " + ", ".join(OWN_EXTRAS)
            raise wrong(fields, f"extra `{key}`", "is not known", allowed)
    return given


def _text(
    fields: ConnectionFields, extra: Mapping[str, Any], key: str, *, shown: bool = True
) -> str | None:
    value = extra.get(key)
    if value is not None and not isinstance(value, str):
        raise wrong(fields, f"extra `{key}`", "is not a text", "a name" if shown else "a key")
    return value.strip() or None if value else None


def _named(
    fields: ConnectionFields, texts: Mapping[str, str | None], key: str, allowed: str
) -> str:
    value = texts[key]
    if value is None:
        raise wrong(fields, f"extra `{key}`", "is empty", allowed)
    return value


def _authenticator(fields: ConnectionFields, extra: Mapping[str, Any]) -> str:
    has_key = "private_key_file" in extra or "private_key_content" in extra
    named = str(extra.get("authenticator", KEY_PAIR if has_key else PASSWORD)).lower()
    if named not in (PASSWORD, KEY_PAIR, TOKEN):
        allowed = f"`{PASSWORD}`, `{KEY_PAIR}` or `{TOKEN}`: a task cannot ask a person"
        raise wrong(fields, "extra `authenticator`", f"is `{named}`", allowed)
    return named


def _check_secret(fields: ConnectionFields, connection: SnowflakeConnection) -> None:
    has_key = bool(connection.private_key_file or connection.private_key_content)
    if connection.private_key_file and connection.private_key_content:
        allowed = "one of the two: `private_key_content` is here as well"
        raise wrong(fields, "extra `private_key_file`", "is given", allowed)
    if has_key != (connection.authenticator == KEY_PAIR):
        allowed = f"with extra `authenticator` = `{KEY_PAIR}`, and only with it"
        seen = "is given" if has_key else "is empty"
        raise wrong(fields, "extra `private_key_file` or `private_key_content`", seen, allowed)
    if not has_key:
        required(fields, "password", "the user's password or access token, or a key in the extra")


def _addresses(
    fields: ConnectionFields, extra: Mapping[str, Any], texts: Mapping[str, str | None]
) -> dict[str, str | int]:
    named = {key: value for key in ("host", "region") if (value := texts[key])}
    protocol = texts["protocol"]
    if protocol not in (None, "http", "https"):
        raise wrong(fields, "extra `protocol`", "is neither", "`https` (default) or `http`")
    port = extra.get("port")
    return {
        **named,
        **({"protocol": protocol} if protocol else {}),
        **({} if port is None else {"port": port_number(fields, "extra `port`", port)}),
    }


def _session_parameters(
    fields: ConnectionFields, extra: Mapping[str, Any]
) -> dict[str, str | int | bool]:
    given = extra.get("session_parameters") or {}
    if not isinstance(given, dict):
        allowed = 'an object such as {"QUERY_TAG": "listrak"}'
        raise wrong(fields, "extra `session_parameters`", "is not a JSON object", allowed)
    return {str(key).upper(): value for key, value in given.items()}


def _ocsp(fields: ConnectionFields, extra: Mapping[str, Any]) -> dict[str, bool]:
    given = {}
    if "ocsp_fail_open" in extra:
        given["ocsp_fail_open"] = _flag(fields, extra, "ocsp_fail_open")
    if _flag(fields, extra, "insecure_mode"):
        given["disable_ocsp_checks"] = True
    return given


def _flag(fields: ConnectionFields, extra: Mapping[str, Any], key: str) -> bool:
    named = str(extra.get(key, False)).lower()
    if named not in ("true", "false"):
        raise wrong(fields, f"extra `{key}`", "is neither true nor false", "one of the two")
    return named == "true"
