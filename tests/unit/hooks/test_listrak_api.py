import base64
import json
import logging
from collections.abc import Iterator

import pytest
import requests
from airflow.sdk._shared.secrets_masker import redact

from listrak.errors import (
    ConnectionSettingsError,
    ListrakRefusedError,
    ListrakUnauthorizedError,
    ListrakUnavailableError,
)
from listrak.hooks.listrak_api import ListrakHook, TimeoutAdapter
from tests.unit.extract.scripted_listrak import (
    ADDRESS,
    CLIENT_SECRET,
    Reply,
    ScriptedListrak,
    entries,
    json_reply,
    scripted_listrak,
    token,
)

EXTRAS = {"webhook_secret": "must-not-travel", "page_size": 10, "timezone": "UTC", "timeout": 5}


@pytest.fixture
def listrak(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedListrak]:
    """A scripted Listrak that the connection `listrak_default` points to."""
    logging.getLogger("urllib3.connectionpool").setLevel(logging.NOTSET)
    with scripted_listrak() as script:
        configure(monkeypatch, script)
        yield script


def configure(
    monkeypatch: pytest.MonkeyPatch, script: ScriptedListrak, **more_extras: object
) -> None:
    fields = {
        "conn_type": "listrak",
        "host": f"{script.url}/email",
        "login": "the-client",
        "password": CLIENT_SECRET,
        "extra": EXTRAS | {"token_url": f"{script.url}/OAuth2/Token"} | more_extras,
    }
    monkeypatch.setenv("AIRFLOW_CONN_LISTRAK_DEFAULT", json.dumps(fields))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_client_reads_through_the_hooks_session(listrak: ScriptedListrak) -> None:
    listrak.replies = [entries({"listId": 1, "listName": "News"})]

    [known] = ListrakHook().client().lists()

    assert known.list_id == 1
    assert listrak.requests[0].headers["Authorization"] == "Bearer secret-token-1"


def test_extras_and_login_never_become_headers(listrak: ScriptedListrak) -> None:
    listrak.replies = [entries(), entries()]

    ListrakHook().client().lists()
    ListrakHook().run("v1/List")

    basic = base64.b64encode(f"the-client:{CLIENT_SECRET}".encode()).decode()
    for asked in listrak.requests + listrak.token_requests:
        sent = str(asked.headers)
        assert "must-not-travel" not in sent
        assert "page_size" not in sent
        assert basic not in sent


def test_token_is_masked_in_logs(listrak: ScriptedListrak) -> None:
    listrak.token_replies = [token("a-token-to-be-hidden")]
    listrak.replies = [entries()]

    ListrakHook().client().lists()

    assert redact("Bearer a-token-to-be-hidden") == "Bearer ***"


def test_network_extras_still_work(
    listrak: ScriptedListrak, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxies = {"http": "http://127.0.0.1:1"}
    configure(monkeypatch, listrak, proxies=proxies, verify=False, cert="c.pem", trust_env=False)

    with ListrakHook().get_conn() as session:
        assert session.proxies == proxies
        assert session.verify is False
        assert session.cert == "c.pem"
        assert session.trust_env is False


def test_session_has_keep_alive_and_a_timeout(
    listrak: ScriptedListrak, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, listrak, timeout=0.2)
    listrak.replies = [Reply(fault="hang")]

    with ListrakHook().get_conn() as session:
        assert isinstance(session.get_adapter("https://api.listrak.com"), TimeoutAdapter)
        with pytest.raises(requests.ReadTimeout, match="timed out"):
            session.get(f"{listrak.url}/email/v1/List")


def test_inherited_run_has_a_timeout(
    listrak: ScriptedListrak, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, listrak, timeout=0.2)
    listrak.replies = [Reply(fault="hang")]

    with pytest.raises(ListrakUnavailableError, match="ReadTimeout"):
        ListrakHook().run("v1/List")


def test_host_without_a_protocol_is_https(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = '{"conn_type": "listrak", "host": "api.example.test", "login": "a", "password": "b"}'
    monkeypatch.setenv("AIRFLOW_CONN_LISTRAK_DEFAULT", fields)

    assert ListrakHook().url_from_endpoint("v1/List") == "https://api.example.test/v1/List"


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (json_reply({"error": ADDRESS}, 400), ListrakRefusedError),
        (json_reply({"error": ADDRESS}, 401), ListrakUnauthorizedError),
        (Reply(ADDRESS.encode(), 503), ListrakUnavailableError),
        (Reply(b"", 302, (("Location", f"/{ADDRESS}"),)), ListrakRefusedError),
        (Reply(fault="reset"), ListrakUnavailableError),
    ],
    ids=["400", "401", "503", "302", "reset"],
)
def test_inherited_run_says_nothing_about_a_person(
    listrak: ScriptedListrak,
    caplog: pytest.LogCaptureFixture,
    refusal: Reply,
    error: type[Exception],
) -> None:
    caplog.set_level(logging.DEBUG)
    listrak.replies = [refusal]

    with pytest.raises(error, match="answered GET") as refused:
        ListrakHook().run(f"v1/List/1/Contact/{ADDRESS}")

    assert len(listrak.requests) == 1
    said = f"{caplog.text} {refused.value!r} {refused.value.__context__!r}"
    for secret in ("@", "secret-token", CLIENT_SECRET):
        assert secret not in said


def test_inherited_run_sends_parameters_and_returns_the_response(listrak: ScriptedListrak) -> None:
    listrak.replies = [entries(), json_reply({"status": 201}, 201)]

    answer = ListrakHook().run("v1/List", {"a": "b+c"}, {"X-Own": "1"})
    created = ListrakHook(method="POST").run("v1/List", json={"d": 1})

    assert (answer.status_code, created.status_code) == (200, 201)
    assert listrak.requests[0].query == {"a": "b+c"}
    assert listrak.requests[0].headers["X-Own"] == "1"
    assert listrak.requests[1].body == '{"d": 1}'


def test_missing_connection_says_how_to_make_it() -> None:
    with pytest.raises(ConnectionSettingsError, match="no Airflow connection `nowhere`") as missing:
        ListrakHook("nowhere").client()

    assert "AIRFLOW_CONN_NOWHERE" in str(missing.value)
    assert missing.value.__suppress_context__


def test_settings_are_those_of_the_connection(listrak: ScriptedListrak) -> None:
    settings = ListrakHook().settings()

    assert (settings.base_url, settings.timezone) == (f"{listrak.url}/email", "UTC")


def test_test_button_counts_the_lists(listrak: ScriptedListrak) -> None:
    listrak.replies = [entries({"listId": 1}, {"listId": 2})]

    assert ListrakHook().test_connection() == (True, "Listrak answered with 2 lists.")


def test_test_button_says_what_is_wrong(listrak: ScriptedListrak) -> None:
    listrak.token_replies = [json_reply({"error": "Invalid Credentials"}, 400)]

    works, message = ListrakHook().test_connection()

    assert not works
    assert "INVALID_CREDENTIALS" in message
