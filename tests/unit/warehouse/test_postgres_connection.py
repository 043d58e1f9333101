from __future__ import annotations

import json

import pytest

from listrak.errors import ConnectionSettingsError
from listrak.warehouse.postgres.connection import (
    DEFAULTS,
    PostgresConnection,
    postgres_connection,
)
from tests.unit.test_connections import Fields


def connection(**fields: object) -> PostgresConnection:
    given = {"host": "db", "schema": "snapshots", "login": "loader", **fields}
    return postgres_connection(Fields("w", "postgres", **given))  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["host", "schema", "login"])
def test_what_libpq_would_guess_has_to_be_named(field: str) -> None:
    with pytest.raises(ConnectionSettingsError, match=f"Connection `w`: {field} is empty"):
        connection(**{field: " "})


def test_defaults_notice_a_server_that_is_away() -> None:
    settings = connection(password=None)

    assert settings.port == 5432
    for key, value in DEFAULTS.items():
        assert f"{key}='{value}'" in settings.conninfo
    assert "password=" not in settings.conninfo


def test_extras_of_libpq_are_handed_on() -> None:
    extra = {"sslmode": "verify-full", "connect_timeout": 3, "cursor": "x", "sslkey": ""}

    conninfo = connection(extra=json.dumps(extra)).conninfo

    assert "sslmode='verify-full'" in conninfo
    assert "connect_timeout='3'" in conninfo
    assert "cursor" not in conninfo
    assert "sslkey" not in conninfo


@pytest.mark.parametrize("key", ["ssl_mode", "iam", "password", "host"])
def test_extra_that_would_go_unnoticed_is_refused(key: str) -> None:
    with pytest.raises(ConnectionSettingsError, match=f"extra `{key}` is not known") as caught:
        connection(extra=json.dumps({key: "s3cret"}))

    assert "s3cret" not in str(caught.value)


def test_secrets_do_not_show() -> None:
    settings = connection(password="hidden", extra='{"sslpassword": "hidden"}')

    assert "hidden" in settings.conninfo
    assert "hidden" not in repr(settings)
