"""A PostgreSQL warehouse's connection, with the fields and extras of Airflow's own type. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from listrak.connection_fields import ConnectionFields, extra_of, given_extras, positive, required

# What Airflow's provider hands on to libpq as it is. Any other extra is refused: one that is
# misspelt (`ssl_mode`) must not go unnoticed.
LIBPQ_EXTRAS = (
    "sslmode", "sslcert", "sslkey", "sslpassword", "sslrootcert", "sslcrl", "sslnegotiation",
    "ssl_min_protocol_version", "channel_binding", "require_auth", "gssencmode", "krbsrvname",
    "application_name", "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval",
    "keepalives_count", "tcp_user_timeout", "target_session_attrs", "hostaddr", "options",
    "passfile",
)  # fmt: skip
# Other users' of the same connection: they change nothing here. Text travels as UTF-8 always.
OTHERS_EXTRAS = (
    "cursor", "client_encoding", "enable_log_db_messages", "sqlalchemy_scheme", "sqlalchemy_query",
)  # fmt: skip
# A server that is away is noticed within about a minute; libpq alone would wait for hours.
DEFAULTS = {
    "connect_timeout": "15",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "application_name": "listrak_to_segment",
}


@dataclass(frozen=True)
class PostgresConnection:
    """Which database the snapshots are kept in, and as whom. `lock_timeout` is in seconds.

    `options`: libpq's own, by their names.
    """

    conn_id: str
    host: str
    database: str
    login: str
    port: int = 5432
    password: str | None = field(default=None, repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    lock_timeout: float = 300.0

    @property
    def place(self) -> str:
        """Return where the warehouse is, in words that may be shown."""
        return f"PostgreSQL database `{self.database}` on {self.host}:{self.port}"

    @property
    def conninfo(self) -> str:
        """Return libpq's connection string. It holds the password."""
        named = {
            **DEFAULTS,
            **self.options,
            "host": self.host,
            "port": str(self.port),
            "dbname": self.database,
            "user": self.login,
            "client_encoding": "UTF8",
        }
        if self.password:
            named["password"] = self.password
        return " ".join(f"{key}={_quoted(value)}" for key, value in named.items())


def postgres_connection(fields: ConnectionFields) -> PostgresConnection:
    """Return the settings of a `postgres` connection.

    Raises ConnectionSettingsError naming the connection, the field and what is allowed.
    """
    extra = extra_of(fields)
    return PostgresConnection(
        conn_id=fields.conn_id,
        host=required(fields, "host", "the server's name, or the directory of its socket"),
        database=required(fields, "schema", "the name of the database (which exists already)"),
        login=required(fields, "login", "the role that the tasks log in as"),
        port=fields.port or PostgresConnection.port,
        password=fields.password,
        options=_options(fields, extra),
        lock_timeout=positive(fields, extra, "lock_timeout", PostgresConnection.lock_timeout),
    )


def _options(fields: ConnectionFields, extra: Mapping[str, Any]) -> dict[str, str]:
    given = given_extras(fields, extra, LIBPQ_EXTRAS, ("lock_timeout", *OTHERS_EXTRAS))
    return {key: str(value) for key, value in given.items() if key in LIBPQ_EXTRAS}


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
