"""From an Airflow connection to a warehouse's door: which engines there are. Knows no Airflow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from listrak.connection_fields import ConnectionFields, port_number, wrong
from listrak.errors import ConnectionSettingsError
from listrak.warehouse.text import is_text
from listrak.warehouse.warehouse import Door


@dataclass(frozen=True)
class Engine:
    """A kind of warehouse. `module` has `open_door(fields, project)`.

    `requirements`: the file that brings its driver, where it is not among the project's own.
    """

    module: str
    requirements: str | None = None


LOGIN_IN_A_PLACE = re.compile(r"://|:[^/]*@")
# By connection type.
ENGINES: Mapping[str, Engine] = {
    "duckdb": Engine("listrak.warehouse.duckdb.file"),
    "postgres": Engine("listrak.warehouse.postgres.server", "requirements-postgres.txt"),
    "snowflake": Engine("listrak.warehouse.snowflake.database", "requirements-snowflake.txt"),
    "redshift": Engine("listrak.warehouse.redshift.cluster", "requirements-redshift.txt"),
    "google_cloud_platform": Engine(
        "listrak.warehouse.bigquery.dataset", "requirements-bigquery.txt"
    ),
}


@dataclass
class WarehouseFields:
    """The fields of the connection `conn_id`; where nobody made it: the embedded DuckDB file."""

    conn_id: str
    conn_type: str | None = "duckdb"
    host: str | None = None
    schema: str | None = None
    login: str | None = None
    password: str | None = None
    port: int | None = None
    extra: str | None = None


def open_door(fields: ConnectionFields, project: Path) -> Door:
    """Return the warehouse of a connection; it is opened by its transactions only.

    Raises ConnectionSettingsError naming the connection and the field that is wrong, or the
    requirements that are not installed.
    """
    engine = ENGINES.get(fields.conn_type or "")
    if engine is None:
        allowed = ", ".join(f"`{name}`" for name in ENGINES)
        raise wrong(fields, "type", f"is `{fields.conn_type}`", f"one of {allowed}")
    _check(fields)
    try:
        module = import_module(engine.module)
    except ModuleNotFoundError as error:
        if engine.requirements is None:
            raise
        raise ConnectionSettingsError(
            f"Connection `{fields.conn_id}` is of type `{fields.conn_type}`, and its driver is not "
            f"installed here ({error.name} is missing). Nothing was read or sent. Install "
            f"{engine.requirements} wherever the tasks run."
        ) from None
    return cast("Door", module.open_door(fields, project))


def _check(fields: ConnectionFields) -> None:
    """Refuse what no client can send, and a login where messages would show it."""
    if fields.port:
        port_number(fields, "port", fields.port)
    for key in ("host", "schema", "login", "password", "extra"):
        value: str = getattr(fields, key) or ""
        if not is_text(value):
            raise wrong(fields, key, "holds a character that is none", "text")
        if key in ("host", "schema") and LOGIN_IN_A_PLACE.search(value):
            raise wrong(fields, key, "holds an address with a login", f"the {key} alone")
