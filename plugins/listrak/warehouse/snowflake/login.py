"""From a Snowflake connection's settings to what the client takes to log in."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization

from listrak.errors import ConnectionSettingsError
from listrak.warehouse.snowflake.connection import TOKEN, SnowflakeConnection

LOGIN_SECONDS = 60
# Over what the connection says, and the account's or the user's own settings: no row of an answer
# may be left out, and a statement whose task was killed must end.
SESSION: dict[str, str | bool | int] = {
    "AUTOCOMMIT": False,
    "TIMEZONE": "UTC",
    "ABORT_DETACHED_QUERY": True,
    "ROWS_PER_RESULTSET": 0,
    "MULTI_STATEMENT_COUNT": 1,
    "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "ARROW",
}
TAG = {"QUERY_TAG": "listrak_to_segment"}


def login_of(settings: SnowflakeConnection) -> dict[str, Any]:
    """Return the client's arguments. They hold the secrets.

    Raises ConnectionSettingsError when the key cannot be read.
    """
    region = settings.addresses.get("region")
    given = {
        "account": f"{settings.account}.{region}" if region else settings.account,
        "user": settings.login,
        "database": settings.database,
        "warehouse": settings.warehouse,
        "role": settings.role,
        "authenticator": settings.authenticator,
        **{key: value for key, value in settings.addresses.items() if key != "region"},
        **settings.ocsp,
        **_secret(settings),
        "application": "listrak_to_segment",
        "paramstyle": "qmark",
        "validate_default_parameters": True,  # an unknown database is told at once
        "login_timeout": LOGIN_SECONDS,
        "network_timeout": max(1, round(settings.network_timeout)),
        "session_parameters": {
            **TAG,
            **settings.session_parameters,
            **SESSION,
            "LOCK_TIMEOUT": max(1, round(settings.lock_timeout)),
        },
    }
    return {key: value for key, value in given.items() if value is not None}


def _secret(settings: SnowflakeConnection) -> dict[str, Any]:
    if settings.private_key_file or settings.private_key_content:
        return {"private_key": _key(settings)}
    return {"token" if settings.authenticator == TOKEN else "password": settings.password}


def _key(settings: SnowflakeConnection) -> bytes:
    passphrase = settings.password.encode() if settings.password else None
    try:
        key = serialization.load_pem_private_key(_pem(settings), passphrase)
    except (OSError, ValueError, TypeError) as error:  # not there, not PEM, its passphrase
        source = "file" if settings.private_key_file else "content"
        raise ConnectionSettingsError(
            f"Connection `{settings.conn_id}`: extra `private_key_{source}` cannot be read "
            f"({type(error).__name__}); expected a private key in PEM, whose passphrase, if it "
            "has one, is the connection's password. Nothing was read or sent."
        ) from None
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _pem(settings: SnowflakeConnection) -> bytes:
    if settings.private_key_file:
        return Path(settings.private_key_file).expanduser().read_bytes()
    content = (settings.private_key_content or "").encode()
    if content.startswith(b"-----"):
        return content
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        return content
