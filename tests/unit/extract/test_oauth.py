import threading
from pathlib import Path

import pytest
import requests

from listrak.errors import (
    ListrakRefusedError,
    ListrakUnauthorizedError,
    ListrakUnavailableError,
)
from listrak.extract.client import ListrakClient
from listrak.extract.oauth import ClientCredentials, Token
from tests.unit.extract.scripted_listrak import (
    CLIENT_SECRET,
    Reply,
    ScriptedListrak,
    entries,
    json_reply,
    token,
)


def bearers(listrak: ScriptedListrak) -> list[str]:
    return [asked.headers.get("Authorization", "") for asked in listrak.requests]


def test_token_is_fetched_once_with_the_client_credentials(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [entries(), entries()]

    client.lists()
    client.lists()

    [asked] = listrak.token_requests
    assert asked.method == "POST"
    assert asked.body == (
        f"grant_type=client_credentials&client_id=the-client&client_secret={CLIENT_SECRET}"
    )
    assert "Authorization" not in asked.headers
    assert bearers(listrak) == ["Bearer secret-token-1"] * 2


@pytest.mark.parametrize(
    ("expires_in", "lifetime"),
    [(3599, 3539), (60, 30), (1, 0.5), (0, 0), ("900", 840), (None, 3540), ("soon", 3540)],
)
def test_token_is_dropped_before_its_end(expires_in: float | str | None, lifetime: float) -> None:
    assert Token("x", expires_in).lifetime == lifetime


def test_expired_token_is_renewed(listrak: ScriptedListrak, client: ListrakClient) -> None:
    listrak.token_replies = [token("short", expires_in=0)]
    listrak.replies = [entries(), entries()]

    client.lists()
    client.lists()

    assert bearers(listrak) == ["Bearer short", "Bearer secret-token-2"]


def test_netrc_credentials_stay_out(
    listrak: ScriptedListrak,
    client: ListrakClient,
    session: requests.Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    session.trust_env = True
    listrak.replies = [entries()]

    client.lists()

    assert "Authorization" not in listrak.token_requests[0].headers
    assert bearers(listrak) == ["Bearer secret-token-1"]


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(b"", 503),
        Reply(b"", 429, (("Retry-After", "7"),)),
        Reply(b"<html>"),
        json_reply({"access_token": ""}),
        json_reply({"access_token": "a\r\nX: b"}),
        Reply(fault="reset"),
    ],
    ids=["503", "429", "html", "empty", "header injection", "reset"],
)
def test_token_call_is_tried_again(
    listrak: ScriptedListrak, client: ListrakClient, waits: list[float], trouble: Reply
) -> None:
    listrak.token_replies = [trouble]
    listrak.replies = [entries()]

    client.lists()

    assert len(waits) == 1
    assert bearers(listrak) == ["Bearer secret-token-2"]


def test_token_call_that_stays_broken_gives_up(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.token_replies = [Reply(b"<html>")] * 6

    with pytest.raises(ListrakUnavailableError, match=r"`listrak_test`.*the call for a token"):
        client.lists()

    assert listrak.token_replies == []
    assert listrak.requests == []


@pytest.mark.parametrize(
    "refusal",
    [
        json_reply({"error": "Invalid Credentials"}, 400),
        json_reply({"status": 401, "error": "ERROR_INVALID_CREDENTIALS", "message": "x"}, 401),
    ],
)
def test_refused_credentials_fail_at_once_with_the_likely_causes(
    listrak: ScriptedListrak, client: ListrakClient, waits: list[float], refusal: Reply
) -> None:
    listrak.token_replies = [refusal]

    with pytest.raises(ListrakUnauthorizedError, match="INVALID_CREDENTIALS") as refused:
        client.lists()

    assert waits == []
    for cause in ("`listrak_test`", "client id", "client secret", "paused", "allow-list"):
        assert cause in str(refused.value)


def test_redirected_token_call_is_refused_without_its_location(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.token_replies = [Reply(b"", 302, (("Location", "http://elsewhere.test/"),))]

    with pytest.raises(ListrakRefusedError, match=r"HTTP 302.*`token_url`") as refused:
        client.lists()

    assert "elsewhere" not in str(refused.value)


def test_each_new_token_is_masked(listrak: ScriptedListrak, session: requests.Session) -> None:
    masked: list[str] = []
    connection = listrak.connection()
    session.auth = ClientCredentials(connection, session, masked.append)
    listrak.replies = [json_reply({}, 401), entries()]

    ListrakClient(session, connection).lists()

    assert masked == ["secret-token-1", "secret-token-2"]


def test_token_is_not_sent_to_another_host(
    listrak: ScriptedListrak, session: requests.Session
) -> None:
    session.auth = ClientCredentials(listrak.connection(), session)
    other_name = listrak.url.replace("127.0.0.1", "localhost")

    session.get(f"{other_name}/email/v1/List", timeout=5)

    assert bearers(listrak) == [""]


def test_threads_share_one_token(listrak: ScriptedListrak, session: requests.Session) -> None:
    auth = ClientCredentials(listrak.connection(), session)
    threads = [threading.Thread(target=auth.token) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(listrak.token_requests) == 1


def test_token_replaced_by_another_thread_is_kept(
    listrak: ScriptedListrak, session: requests.Session
) -> None:
    auth = ClientCredentials(listrak.connection(), session)
    first = auth.token()
    auth.refresh(f"Bearer {first}")
    second = auth.token()

    auth.refresh(f"Bearer {first}")

    assert auth.token() == second != first
