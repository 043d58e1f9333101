import logging

import pytest

from listrak.load.segment import (
    Outcome,
    Segment,
    harmless,
    message_in,
    outcome_of,
)
from tests.unit.load.scripted_segment import WRITE_KEY, Reply, ScriptedSegment

EVENTS: list[dict[str, object]] = [{"anonymousId": "ann@example.com", "traits": {"a": None}}]


@pytest.fixture
def door(segment: ScriptedSegment) -> Segment:
    return Segment(segment.url, WRITE_KEY, timeout=5.0)


@pytest.mark.parametrize(
    ("outcome", "statuses"),
    [
        (Outcome.ACCEPTED, (200, 201, 202, 204)),
        (Outcome.RETRY, (408, 410, 429, 460, 500, 502, 503, 504, 511, 599)),
        (Outcome.SPLIT, (400, 413)),
        (Outcome.REFUSED, (300, 304, 401, 402, 403, 404, 405, 409, 415, 422, 501, 505, 600)),
    ],
)
def test_status_calls_for(outcome: Outcome, statuses: tuple[int, ...]) -> None:
    assert {outcome_of(status) for status in statuses} == {outcome}


def test_batch_arrives_whole(door: Segment, segment: ScriptedSegment) -> None:
    answer = door.post(EVENTS, earlier_tries=2)

    assert answer.outcome is Outcome.ACCEPTED
    assert segment.posts[0].batch == EVENTS
    assert segment.posts[0].body["writeKey"] == WRITE_KEY
    assert segment.posts[0].body["sentAt"]
    assert segment.posts[0].headers["X-Retry-Count"] == "2"


def test_refusal_carries_segments_own_words(door: Segment, segment: ScriptedSegment) -> None:
    segment.replies = [Reply(400, '{"success": false, "message": "malformed\\n JSON"}')]

    answer = door.post(EVENTS)

    assert (answer.outcome, answer.status) == (Outcome.SPLIT, 400)
    assert answer.message == "malformed JSON"


def test_400_about_the_key_is_no_events_fault(door: Segment, segment: ScriptedSegment) -> None:
    segment.replies = [Reply(400, '{"message": "An invalid write key was provided"}')]

    assert door.post(EVENTS).outcome is Outcome.UNKNOWN_KEY


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirected_post_is_not_delivered(
    door: Segment, segment: ScriptedSegment, status: int
) -> None:
    segment.replies = [Reply(status, headers=(("Location", f"{segment.url}/elsewhere"),))]

    answer = door.post(EVENTS)

    assert answer.outcome is Outcome.REFUSED
    assert answer.seen == "redirected the request"
    assert len(segment.posts) == 1


@pytest.mark.parametrize("fault", ["reset", "hang"])
def test_missing_answer_is_retried(fault: str, segment: ScriptedSegment) -> None:
    segment.replies = [Reply(fault="reset" if fault == "reset" else "hang")]

    answer = Segment(segment.url, WRITE_KEY, timeout=0.2).post(EVENTS)

    assert answer.outcome is Outcome.RETRY
    assert answer.status is None


def test_unusable_host_is_refused() -> None:
    assert Segment("no-protocol", WRITE_KEY, 1.0).post(EVENTS).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    "body",
    [
        '{"message": "bad ann@example.com"}',
        '{"message": "bad ann\\u0040example.com"}',
        "<p>ann%40example.com</p>",
        f"<p>{WRITE_KEY}</p>",
        "",
        "{}",
    ],
)
def test_message_that_could_tell_a_person_or_the_key_is_dropped(body: str) -> None:
    assert harmless(message_in(body), WRITE_KEY) is None


def test_wire_libraries_log_nothing(
    door: Segment, segment: ScriptedSegment, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    segment.replies = [Reply(), Reply(500, "ann@example.com"), Reply(429)]

    for _ in range(3):
        door.post(EVENTS)

    assert caplog.text == ""
    assert WRITE_KEY not in repr(door)


@pytest.mark.parametrize("text", ["bad \ud83d", "bad\0"])
def test_refusal_in_odd_letters_can_be_kept(text: str) -> None:
    """PostgreSQL has no NUL, and half a character is no UTF-8."""
    kept = harmless(text, "the key")

    assert kept
    assert kept.startswith("bad")
    assert "\0" not in kept.encode().decode()
