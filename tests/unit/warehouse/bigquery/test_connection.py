from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from listrak.errors import ConnectionSettingsError
from listrak.warehouse.bigquery.connection import BigQueryConnection, bigquery_connection
from listrak.warehouse.engines import open_door
from tests.unit.test_connections import Fields

KEY = {"type": "service_account", "project_id": "of-the-key", "private_key": "hidden"}


def connection(**extra: Any) -> BigQueryConnection:
    return bigquery_connection(Fields("w", "google_cloud_platform", extra=json.dumps(extra)))


def test_project_alone_is_enough() -> None:
    found = connection(project="retail")

    assert found == BigQueryConnection("w", "retail", "US", None, None, None, 300.0)
    assert found.place == "BigQuery dataset `retail.listrak` in US"


@pytest.mark.parametrize("key", [KEY, json.dumps(KEY)])
def test_key_may_be_an_object_or_its_text_and_is_not_shown(key: object) -> None:
    found = connection(keyfile_dict=key)

    assert found.key == KEY
    assert found.project == "of-the-key"
    assert "hidden" not in repr(found)


def test_airflows_own_form_and_its_old_names_are_read() -> None:
    found = connection(
        extra__google_cloud_platform__project="retail",
        extra__google_cloud_platform__key_path="/run/key.json",
        location="EU",
        lock_timeout="60",
        api_endpoint="https://bigquery-warehouse.p.googleapis.com",
        keyfile_dict="",
        num_retries=5,
        scope=None,
    )

    assert found == BigQueryConnection(
        "w",
        "retail",
        "EU",
        None,
        Path("/run/key.json"),
        "https://bigquery-warehouse.p.googleapis.com",
        60.0,
    )


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({}, "extra `project` is empty"),
        ({"project": "p", "projekt": "q"}, "extra `projekt` is not known"),
        ({"project": "p", "key_secret_name": "hidden"}, "extra `key_secret_name` is not known"),
        ({"project": "p", "keyfile_dict": "hidden"}, "extra `keyfile_dict` is no key"),
        ({"project": "p", "keyfile_dict": ["hidden"]}, "extra `keyfile_dict` is no key"),
        ({"project": "p", "keyfile_dict": {"type": "hidden"}}, "extra `keyfile_dict` is no key"),
        ({"keyfile_dict": KEY, "key_path": "/hidden"}, "one of the two"),
        ({"project": "p", "location": 3}, "extra `location` is not a text"),
        ({"project": "p", "key_path": {"a": 1}}, "extra `key_path` is not a text"),
        ({"project": "p", "api_endpoint": "bigquery"}, "extra `api_endpoint` is no address"),
        ({"project": "p", "api_endpoint": "https://u:hidden@bq"}, "`api_endpoint` is no address"),
        ({"project": "p", "lock_timeout": 0}, "extra `lock_timeout` is not a number above 0"),
    ],
)
def test_what_is_wrong_is_named_and_no_value_shown(extra: dict[str, Any], words: str) -> None:
    with pytest.raises(ConnectionSettingsError, match=f"Connection `w`: .*{words}") as caught:
        connection(**extra)

    assert "hidden" not in str(caught.value)


def test_absent_driver_is_said_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in sys.modules if each.startswith("listrak.warehouse.bigquery.")]:
        if name != "listrak.warehouse.bigquery.rewrites":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "google.cloud.bigquery", None)

    with pytest.raises(ConnectionSettingsError, match=r"Install requirements-bigquery\.txt"):
        open_door(Fields("w", "google_cloud_platform", extra='{"project": "p"}'), Path())
