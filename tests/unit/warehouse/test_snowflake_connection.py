from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from listrak.errors import ConnectionSettingsError
from listrak.warehouse.engines import open_door
from listrak.warehouse.snowflake.connection import SnowflakeConnection, snowflake_connection
from listrak.warehouse.snowflake.login import SESSION, login_of
from tests.unit.test_connections import Fields

PASSPHRASE = "pass phrase"


def connection(extra: object = None, **fields: Any) -> SnowflakeConnection:
    named = {"account": "org-acc", "database": "SNAPSHOTS", **(extra or {})}  # type: ignore[dict-item]
    given = {"login": "loader", "password": "hidden", "extra": json.dumps(named), **fields}
    return snowflake_connection(Fields("w", "snowflake", **given))


def key_in_pem(passphrase: str | None = None) -> bytes:
    hidden: serialization.KeySerializationEncryption = (
        serialization.BestAvailableEncryption(passphrase.encode())
        if passphrase
        else serialization.NoEncryption()
    )
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden
    )


@pytest.mark.parametrize("field", ["login", "password"])
def test_field_that_it_takes_has_to_be_named(field: str) -> None:
    with pytest.raises(ConnectionSettingsError, match=f"Connection `w`: {field} is empty"):
        connection(**{field: " "})


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"account": ""}, "extra `account` is empty"),
        ({"database": None}, "extra `database` is empty"),
        ({"warehose": "X"}, "extra `warehose` is not known"),
        ({"refresh_token": "hidden"}, "extra `refresh_token` is not known"),
        ({"role": 3}, "extra `role` is not a text"),
        ({"authenticator": "externalbrowser"}, "cannot ask a person"),
        ({"authenticator": "snowflake_jwt"}, "`private_key_content` is empty"),
        ({"authenticator": "snowflake", "private_key_file": "/k"}, "and only with it"),
        ({"private_key_file": "/k", "private_key_content": "hidden"}, "one of the two"),
        ({"protocol": "ftp"}, "extra `protocol` is neither"),
        ({"port": "many"}, "extra `port` is no port"),
        ({"port": 65536}, "extra `port` is no port; expected a number from 1 to 65535"),
        ({"session_parameters": "X=1"}, "extra `session_parameters` is not a JSON object"),
        ({"insecure_mode": "perhaps"}, "extra `insecure_mode` is neither true nor false"),
        ({"lock_timeout": 0}, "extra `lock_timeout` is not a number above 0"),
        ({"network_timeout": "long"}, "extra `network_timeout` is not a number above 0"),
    ],
)
def test_wrong_extra_is_named_with_what_is_allowed(extra: dict[str, object], words: str) -> None:
    with pytest.raises(ConnectionSettingsError, match=words) as caught:
        connection(extra)

    assert "`w`" in str(caught.value)
    assert "hidden" not in str(caught.value)


def test_extras_of_airflows_own_type_are_handed_on() -> None:
    settings = connection(
        {
            "warehouse": "LOADING",
            "role": "LOADER",
            "region": "eu-central-1",
            "session_parameters": {"query_tag": "mine", "autocommit": True},
            "insecure_mode": "false",
            "ocsp_fail_open": False,
            "aws_access_key_id": "someone else's",
        }
    )

    login = login_of(settings)

    assert login["account"] == "org-acc.eu-central-1"
    assert (login["user"], login["password"]) == ("loader", "hidden")
    assert (login["warehouse"], login["role"]) == ("LOADING", "LOADER")
    session = login["session_parameters"]
    assert session == {**SESSION, "QUERY_TAG": "mine", "LOCK_TIMEOUT": 900}
    assert (session["AUTOCOMMIT"], session["TIMEZONE"]) == (False, "UTC")
    assert login["ocsp_fail_open"] is False
    assert not {"aws_access_key_id", "region", "private_key", "disable_ocsp_checks"} & login.keys()


def test_host_of_a_private_link_or_a_stand_in_is_taken() -> None:
    login = login_of(connection({"host": "127.0.0.1", "port": 8084, "protocol": "http"}))

    assert (login["host"], login["port"], login["protocol"]) == ("127.0.0.1", 8084, "http")


def test_access_token_stands_in_for_the_password() -> None:
    login = login_of(connection({"authenticator": "PROGRAMMATIC_ACCESS_TOKEN"}))

    assert login["token"] == "hidden"
    assert "password" not in login


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
@pytest.mark.parametrize("kept", ["file", "text", "base64"])
def test_key_is_read_wherever_it_is_kept(tmp_path: Path, kept: str, passphrase: str | None) -> None:
    pem = key_in_pem(passphrase)
    (tmp_path / "key.p8").write_bytes(pem)
    extra = {
        "file": {"private_key_file": str(tmp_path / "key.p8")},
        "text": {"private_key_content": pem.decode()},
        "base64": {"private_key_content": base64.b64encode(pem).decode()},
    }[kept]

    login = login_of(connection(extra, password=passphrase))

    assert login["authenticator"] == "snowflake_jwt"
    key = serialization.load_der_private_key(login["private_key"], None)
    assert key.key_size == 2048  # type: ignore[union-attr]
    assert "password" not in login


@pytest.mark.parametrize(
    "extra",
    [
        {"private_key_file": "/nowhere/key.p8"},
        {"private_key_content": "bm90IGEga2V5"},
        {"private_key_content": "no base64!"},
        {"private_key_content": key_in_pem(PASSPHRASE).decode()},
    ],
)
def test_key_that_cannot_be_read_is_told_and_not_shown(extra: dict[str, str]) -> None:
    with pytest.raises(ConnectionSettingsError, match="cannot be read") as caught:
        login_of(connection(extra, password="wrong"))

    assert "`w`" in str(caught.value)
    assert extra.get("private_key_content", "nothing") not in str(caught.value)


def test_secrets_do_not_show() -> None:
    shown = repr(connection()) + repr(connection({"private_key_content": "hidden"}))

    assert "hidden" not in shown


def test_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "listrak.warehouse.snowflake.database", raising=False)
    monkeypatch.setitem(sys.modules, "snowflake.connector", None)

    with pytest.raises(ConnectionSettingsError, match=r"Install requirements-snowflake\.txt"):
        open_door(Fields("w", "snowflake"), Path("/project"))


def test_type_opens_the_door() -> None:
    extra = json.dumps({"account": "org-acc", "database": "SNAPSHOTS"})

    door = open_door(Fields("w", "snowflake", extra=extra), Path("/project"))

    assert door.engine == "snowflake"
    assert door.place == "Snowflake database `SNAPSHOTS` of account `org-acc`"
    assert "client-secret" not in repr(door)
