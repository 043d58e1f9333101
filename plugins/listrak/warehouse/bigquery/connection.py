"""A BigQuery warehouse's connection, with the fields and extras of Airflow's own type. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from listrak.connection_fields import ConnectionFields, extra_of, given_extras, positive, wrong
from listrak.warehouse.statements import SCHEMA

KNOWN = ("project", "keyfile_dict", "key_path", "location", "api_endpoint", "lock_timeout")
TEXTS = {
    "project": "the id of the Google Cloud project",
    "location": "where the dataset is, such as EU",
    "key_path": "the path of a file",
    "api_endpoint": "one such as https://bigquery-NAME.p.googleapis.com",
}
# Other users' of the same connection: they change nothing here.
OTHERS = ("scope", "num_retries", "use_legacy_sql", "priority", "labels", "api_resource_configs")
# What the form of an older Airflow puts before the name of each.
OLD_PREFIX = "extra__google_cloud_platform__"


@dataclass(frozen=True)
class BigQueryConnection:
    """Which project the snapshots are kept in, and whose account opens it.

    `key`: a service account's key; else `key_path` names the file of one; without either, the
    account that the machine has. `location`: where the dataset is. `api_endpoint`: where BigQuery
    is reached instead of Google's public address, as over Private Service Connect. `lock_timeout`
    is in seconds.
    """

    conn_id: str
    project: str
    location: str = "US"
    key: Mapping[str, Any] | None = field(default=None, repr=False)
    key_path: Path | None = None
    api_endpoint: str | None = None
    lock_timeout: float = 300.0

    @property
    def place(self) -> str:
        """Return where the warehouse is, in words that may be shown."""
        return f"BigQuery dataset `{self.project}.{SCHEMA}` in {self.location}"


def bigquery_connection(fields: ConnectionFields) -> BigQueryConnection:
    """Return the settings of a `google_cloud_platform` connection.

    Raises ConnectionSettingsError naming the connection, the field and what is allowed.
    """
    given = {key.removeprefix(OLD_PREFIX): value for key, value in extra_of(fields).items()}
    extra = given_extras(fields, given, KNOWN, OTHERS, unfilled=(None, ""))
    for name, expected in TEXTS.items():
        if not isinstance(extra.get(name, ""), str):
            raise wrong(fields, f"extra `{name}`", "is not a text", expected)
    if "keyfile_dict" in extra and "key_path" in extra:
        raise wrong(fields, "extra `keyfile_dict`", "stands beside `key_path`", "one of the two")
    key = _key(fields, extra)
    project = str(extra.get("project") or (key or {}).get("project_id") or "")
    if not project:
        raise wrong(fields, "extra `project`", "is empty", TEXTS["project"])
    return BigQueryConnection(
        conn_id=fields.conn_id,
        project=project,
        location=str(extra.get("location", BigQueryConnection.location)),
        key=key,
        key_path=Path(extra["key_path"]) if "key_path" in extra else None,
        api_endpoint=_endpoint(fields, extra),
        lock_timeout=positive(fields, extra, "lock_timeout", BigQueryConnection.lock_timeout),
    )


def _endpoint(fields: ConnectionFields, extra: Mapping[str, Any]) -> str | None:
    given: str | None = extra.get("api_endpoint")
    if given is not None and (not given.startswith(("https://", "http://")) or "@" in given):
        raise wrong(fields, "extra `api_endpoint`", "is no address", TEXTS["api_endpoint"])
    return given


def _key(fields: ConnectionFields, extra: Mapping[str, Any]) -> Mapping[str, Any] | None:
    given = extra.get("keyfile_dict")
    try:
        key = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        key = ""
    if key is not None and not (isinstance(key, dict) and "private_key" in key):
        raise wrong(
            fields, "extra `keyfile_dict`", "is no key", "the JSON of a service account's key"
        )
    return key
