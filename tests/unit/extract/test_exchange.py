import gzip

import pytest
import requests

from listrak.extract.exchange import Answer, Limits, OverdueError, OversizedError, exchange
from listrak.extract.retry import Step
from tests.unit.extract.scripted_listrak import Reply, ScriptedListrak

PATIENT = Limits(timeout=5, total=50)


def ask(listrak: ScriptedListrak, session: requests.Session, limits: Limits = PATIENT) -> Answer:
    return exchange(session, "GET", f"{listrak.url}/email/v1/List", limits)


def test_whole_body_is_an_answer(listrak: ScriptedListrak, session: requests.Session) -> None:
    listrak.replies = [Reply(b"x" * 200_000)]

    assert ask(listrak, session) == Answer(200, b"x" * 200_000)


def test_packed_body_is_unpacked(listrak: ScriptedListrak, session: requests.Session) -> None:
    body = b"many words " * 100_000
    listrak.replies = [Reply(gzip.compress(body), headers=(("Content-Encoding", "gzip"),))]

    assert ask(listrak, session).body == body


@pytest.mark.parametrize(
    "reply",
    [
        Reply(fault="reset"),
        Reply(b'{"data":[]}', fault="truncated"),
        Reply(b"not gzip", headers=(("Content-Encoding", "gzip"),)),
    ],
    ids=["reset", "truncated", "undecodable"],
)
def test_broken_answer_may_be_tried_again(
    listrak: ScriptedListrak, session: requests.Session, reply: Reply
) -> None:
    listrak.replies = [reply]

    answer = ask(listrak, session)

    assert answer.failure is not None
    assert answer.step is Step.RETRY


def test_silence_ends_at_the_timeout(listrak: ScriptedListrak, session: requests.Session) -> None:
    listrak.replies = [Reply(fault="hang")]

    answer = ask(listrak, session, Limits(timeout=0.2, total=50))

    assert answer.failure is requests.ReadTimeout
    assert answer.step is Step.RETRY


def test_dripping_body_ends_at_the_total(
    listrak: ScriptedListrak, session: requests.Session
) -> None:
    listrak.replies = [Reply(b"{", fault="drip")]

    answer = ask(listrak, session, Limits(timeout=30, total=0.1))

    assert answer.failure is OverdueError
    assert answer.step is Step.RETRY


def test_endless_body_ends_at_the_size(listrak: ScriptedListrak, session: requests.Session) -> None:
    packed = gzip.compress(b"0" * 5_000_000)
    listrak.replies = [Reply(packed, headers=(("Content-Encoding", "gzip"),))]

    answer = ask(listrak, session, Limits(timeout=5, total=50, size=1_000_000))

    assert answer.failure is OversizedError


def test_nobody_listening_may_be_tried_again(session: requests.Session) -> None:
    answer = exchange(session, "GET", "http://127.0.0.1:1/email", PATIENT)

    assert answer.failure is requests.ConnectionError
    assert answer.step is Step.RETRY


@pytest.mark.parametrize("url", ["http://", "ftp://127.0.0.1/", "http://[::1"])
def test_impossible_address_fails_at_once(session: requests.Session, url: str) -> None:
    assert exchange(session, "GET", url, PATIENT).step is Step.FAIL


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"status":400,"error":"ERROR_INVALID_PARAMETER"}', "HTTP 400 ERROR_INVALID_PARAMETER"),
        (b'{"error":"Invalid Credentials"}', "HTTP 400 INVALID_CREDENTIALS"),
        (b'{"error":"ann@example.com"}', "HTTP 400"),
        (b'{"error":7}', "HTTP 400"),
        (b"<html>ann@example.com</html>", "HTTP 400"),
        (b"\xff", "HTTP 400"),
    ],
)
def test_answer_says_the_code_and_nothing_else_of_the_body(body: bytes, said: str) -> None:
    assert str(Answer(400, body)) == said
    assert repr(body) not in repr(Answer(400, body))
