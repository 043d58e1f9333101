from __future__ import annotations

import json
import subprocess
import sys

import pytest

from listrak.errors import ConnectionSettingsError
from listrak.warehouse.redshift.connection import RedshiftConnection, redshift_connection
from tests.conftest import ROOT
from tests.unit.test_connections import Fields

STAGED = {"staging": "s3://bucket/listrak", "iam_role": "arn:aws:iam::1:role/copy"}


def connection(extra: dict[str, object] | None = None, **fields: object) -> RedshiftConnection:
    given = {"host": "c.redshift.example", "schema": "dev", "login": "loader", "password": "p"}
    both = json.dumps({**STAGED, **(extra or {})})
    return redshift_connection(Fields("w", "redshift", extra=both, **{**given, **fields}))  # type: ignore[arg-type]


def test_fields_are_those_of_airflows_own_type() -> None:
    settings = connection({"sslmode": "verify-full", "profile": None}, port=5555)

    assert settings.place == "Redshift database `dev` on c.redshift.example:5555"
    named = ("host", "port", "database", "user", "password", "sslmode")
    assert [settings.options[name] for name in named] == [
        "c.redshift.example", 5555, "dev", "loader", "p", "verify-full",
    ]  # fmt: skip
    assert "profile" not in settings.options
    assert (settings.staging.prefix, settings.staging.iam_role) == tuple(STAGED.values())


def test_iam_takes_no_password_along() -> None:
    settings = connection({"iam": True, "cluster_identifier": "c", "region": "eu-west-1"})

    assert settings.options["db_user"] == "loader"
    assert not {"user", "password"} & settings.options.keys()


def test_extras_of_a_uri_are_texts() -> None:
    extra: dict[str, object] = {"iam": "false", "ssl": "true", "tcp_keepalive_idle": "5"}

    options = connection(extra).options

    assert options["user"] == "loader"
    assert [options[name] for name in extra] == [False, True, 5]


def test_port_is_redshifts_unless_given() -> None:
    assert connection().options["port"] == 5439


@pytest.mark.parametrize(
    ("extra", "fields", "words"),
    [
        ({"staging": None}, {}, "extra `staging` is no place in S3"),
        ({"staging": "/tmp"}, {}, "extra `staging` is no place in S3"),
        ({"staging": "s3://b/it's"}, {}, "extra `staging` is no place in S3"),
        ({"iam_role": "copy"}, {}, "extra `iam_role` is no role"),
        ({"ssl_mode": "x"}, {}, "extra `ssl_mode` is not known; expected one of staging"),
        ({"lock_timeout": -1}, {}, "extra `lock_timeout`"),
        ({"tcp_keepalive_count": "x"}, {}, "extra `tcp_keepalive_count`"),
        ({}, {"host": None}, "host is empty"),
        ({}, {"host": "a" * 64 + ".example"}, "host is no name of a server; expected the cluster"),
        ({}, {"host": "db..example"}, "host is no name of a server"),
        ({}, {"schema": " "}, "schema is empty"),
        ({}, {"login": None}, "login is empty"),
        ({}, {"password": None}, "password is empty; expected its password, or extra `iam`"),
    ],
)
def test_wrong_field_is_named(
    extra: dict[str, object], fields: dict[str, object], words: str
) -> None:
    with pytest.raises(ConnectionSettingsError, match=f"`w`: {words}"):
        connection(extra, **fields)


def test_password_and_keys_are_not_shown() -> None:
    shown = repr(connection({"secret_access_key": "hidden"}, password="hidden too"))

    assert "hidden" not in shown


def test_importing_the_door_changes_no_log() -> None:
    code = (
        "import logging, listrak.warehouse.redshift.cluster;"
        "assert not any(logging.getLogger(name).level for name in ('botocore', 'urllib3'))"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT / "plugins")
