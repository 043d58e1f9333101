"""A Redshift warehouse's connection, with the fields and extras of Airflow's own type. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from listrak.connection_fields import (
    ConnectionFields,
    extra_of,
    given_extras,
    positive,
    required,
    server_name,
    wrong,
)
from listrak.warehouse.redshift.staging import Staging

# What Airflow's provider hands on to Amazon's client as it is. Any other extra is refused: one that
# is misspelt must not go unnoticed.
CLIENT_EXTRAS = (
    "iam", "cluster_identifier", "region", "db_user", "db_groups", "auto_create", "profile",
    "is_serverless", "serverless_work_group", "serverless_acct_id", "access_key_id",
    "secret_access_key", "session_token", "ssl", "sslmode", "application_name", "tcp_keepalive",
    "tcp_keepalive_idle", "tcp_keepalive_interval", "tcp_keepalive_count",
)  # fmt: skip
OWN_EXTRAS = ("staging", "iam_role", "lock_timeout")
# A server that is away is noticed within about a minute.
NUMBERS: Mapping[str, int] = {
    "tcp_keepalive_idle": 30,
    "tcp_keepalive_interval": 10,
    "tcp_keepalive_count": 3,
}
DEFAULTS: Mapping[str, Any] = {**NUMBERS, "application_name": "listrak_to_segment"}
SWITCHES = ("iam", "auto_create", "is_serverless", "ssl", "tcp_keepalive")


@dataclass(frozen=True)
class RedshiftConnection:
    """Which database the snapshots are kept in, as whom, and how rows get there.

    `options`: the arguments of Amazon's client, password included. `lock_timeout` is in seconds.
    """

    conn_id: str
    place: str
    options: Mapping[str, Any] = field(repr=False)
    staging: Staging
    lock_timeout: float = 300.0


def redshift_connection(fields: ConnectionFields) -> RedshiftConnection:
    """Return the settings of a `redshift` connection.

    Raises ConnectionSettingsError naming the connection, the field and what is allowed.
    """
    extra = extra_of(fields)
    host = server_name(fields, "the cluster's or workgroup's endpoint, without port")
    database = required(fields, "schema", "the name of the database (which exists already)")
    port = fields.port or 5439
    return RedshiftConnection(
        conn_id=fields.conn_id,
        place=f"Redshift database `{database}` on {host}:{port}",
        options={
            **DEFAULTS,
            **(given := _client_extras(fields, extra)),
            **_login(fields, given),
            "host": host,
            "port": port,
            "database": database,
        },
        staging=_staging(fields, extra),
        lock_timeout=positive(fields, extra, "lock_timeout", RedshiftConnection.lock_timeout),
    )


def _client_extras(fields: ConnectionFields, extra: Mapping[str, Any]) -> dict[str, Any]:
    known = (*OWN_EXTRAS, *CLIENT_EXTRAS)
    given = given_extras(fields, extra, known, unfilled=(None, ""))  # false is a value of some
    return {key: _plain(fields, given, key) for key in given if key in CLIENT_EXTRAS}


def _plain(fields: ConnectionFields, given: dict[str, Any], key: str) -> object:
    """Return an extra as the client needs it: in a connection's URI all of them are text."""
    value = given[key]
    if key in NUMBERS:
        return round(positive(fields, given, key, NUMBERS[key]))
    if key in SWITCHES and isinstance(value, str):
        return value.lower() == "true"
    return value


def _login(fields: ConnectionFields, given: Mapping[str, Any]) -> dict[str, Any]:
    """With `iam`, AWS gives a password of minutes for the login, and none is kept here."""
    login = required(fields, "login", "the database user that the tasks log in as")
    if given.get("iam"):
        return {"db_user": given.get("db_user") or login}
    return {"user": login, "password": required(fields, "password", "its password, or extra `iam`")}


def _staging(fields: ConnectionFields, extra: Mapping[str, Any]) -> Staging:
    prefix, role = str(extra.get("staging") or ""), str(extra.get("iam_role") or "")
    if not re.fullmatch(r"s3://[\w./+=-]+", prefix):
        raise wrong(
            fields, "extra `staging`", "is no place in S3", "such as s3://bucket/listrak: rows "
            "wait there for Redshift's COPY",
        )  # fmt: skip
    if not re.fullmatch(r"arn:[\w:/+=,.@-]+", role):
        raise wrong(
            fields, "extra `iam_role`", "is no role", "the ARN of a role of the cluster that may "
            "read what lies under `staging`",
        )  # fmt: skip
    return Staging(prefix, role)
