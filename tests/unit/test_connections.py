from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from listrak.connections import (
    listrak_connection,
    segment_connection,
)
from listrak.errors import ConnectionSettingsError


@dataclass
class Fields:
    conn_id: str = "listrak_default"
    conn_type: str | None = "listrak"
    host: str | None = None
    schema: str | None = None
    login: str | None = "client-id"
    password: str | None = "client-secret"
    port: int | None = None
    extra: str | None = None


def test_listrak_defaults_are_the_real_account() -> None:
    connection = listrak_connection(Fields())

    assert connection.base_url == "https://api.listrak.com/email"
    assert connection.token_url == "https://auth.listrak.com/OAuth2/Token"
    assert connection.timezone == "America/New_York"


@pytest.mark.parametrize(
    ("host", "schema", "port", "url"),
    [
        ("api.listrak.com", "email", None, "https://api.listrak.com/email"),
        ("https://api.listrak.com/email/", None, None, "https://api.listrak.com/email"),
        ("http://127.0.0.1:80/email", None, None, "http://127.0.0.1:80/email"),
        ("127.0.0.1", "http", 8080, "http://127.0.0.1:8080"),
        ("http://127.0.0.1/email", None, 8080, "http://127.0.0.1:8080/email"),
    ],
)
def test_host_of_the_form_and_of_a_uri_are_one_address(
    host: str, schema: str | None, port: int | None, url: str
) -> None:
    assert listrak_connection(Fields(host=host, schema=schema, port=port)).base_url == url


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (Fields(login=None), "login is empty"),
        (Fields(password=" "), "password is empty"),
        (Fields(extra="[1]"), "extra is not a JSON object"),
        (Fields(extra="{"), "extra is not a JSON object"),
        (Fields(extra='{"timezone": "Mars/Base"}'), "America/New_York"),
        (Fields(extra='{"token_url": "ftp://x"}'), "extra `token_url` is not an address"),
        (Fields(extra='{"timeout": 0}'), "extra `timeout` is not a number above 0"),
        (Fields(host="https://me:pass-word@api"), "host is not an address"),
        (Fields(host="http://[::1"), "host is not an address"),
    ],
)
def test_wrong_field_is_named_with_what_is_allowed(fields: Fields, words: str) -> None:
    with pytest.raises(ConnectionSettingsError, match=words) as caught:
        listrak_connection(fields)

    assert "`listrak_default`" in str(caught.value)
    assert "pass-word" not in str(caught.value)


def test_repr_hides_secrets() -> None:
    shown = repr(listrak_connection(Fields())) + repr(segment_connection(Fields()))

    assert "client-secret" not in shown


@pytest.mark.parametrize(
    ("host", "extra", "checked"),
    [
        (None, {}, True),
        ("https://events.eu1.segmentapis.com", {}, True),
        ("http://127.0.0.1:1", {}, False),
        ("http://127.0.0.1:1", {"settings_url": "http://127.0.0.1:1/{write_key}"}, True),
        (None, {"settings_url": "off"}, False),
    ],
)
def test_write_key_is_checked_for_segments_own_hosts(
    host: str | None, extra: dict[str, str], checked: bool
) -> None:
    connection = segment_connection(Fields(host=host, extra=json.dumps(extra)))

    assert (connection.settings_url is not None) is checked


def test_rate_must_be_a_number_above_zero() -> None:
    with pytest.raises(ConnectionSettingsError, match="max_events_per_second"):
        segment_connection(Fields(extra='{"max_events_per_second": "many"}'))
