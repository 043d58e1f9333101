"""Segment's limits, its silence about what it drops, and the ledger that breaks it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.segment_api import LARGEST_BODY, LARGEST_EVENT, SegmentApi


def call(message_id: str = "m1", **members: Any) -> dict[str, Any]:
    who = {"type": "identify", "anonymousId": "a@example.com", "messageId": message_id}
    return {**who, "traits": {"on": True}, **members}


def post(
    segment: SegmentApi, *events: object, key: str | None = None, **options: Any
) -> requests.Response:
    body = {"data": json.dumps({"batch": events}), **options}
    auth = (segment.write_key if key is None else key, "")
    return requests.post(f"{segment.host}/v1/batch", auth=auth, timeout=5, **body)


def reasons(segment: SegmentApi) -> list[str]:
    return [dropped.reason for dropped in segment.ledger.dropped]


def test_event_is_kept_with_its_arrival_and_batch(segment: SegmentApi) -> None:
    response = post(segment, call())

    kept = segment.ledger.events[0]
    assert (response.status_code, response.json()) == (200, {"success": True})
    assert kept.event == call()
    assert kept.batch == 1
    assert kept.received_at.endswith("Z")


def test_write_key_may_stand_in_the_body(segment: SegmentApi) -> None:
    body = {"writeKey": segment.write_key, "batch": [call()]}

    requests.post(f"{segment.host}/v1/batch", json=body, timeout=5)

    assert len(segment.ledger.events) == 1


def test_gzip_is_understood(segment: SegmentApi) -> None:
    body = gzip.compress(json.dumps({"batch": [call()]}).encode())

    post(segment, data=body, headers={"Content-Encoding": "gzip"})

    assert len(segment.ledger.events) == 1


def test_unknown_write_key_is_answered_200_and_nothing_kept(segment: SegmentApi) -> None:
    response = post(segment, call(), key="another-write-key-0000")

    assert response.json() == {"success": True}
    assert not segment.ledger.events
    assert reasons(segment) == ["unknown write key"]


@pytest.mark.parametrize("key", ["", "abc123"])
def test_very_short_write_key_is_refused(key: str, segment: SegmentApi) -> None:
    response = post(segment, call(), key=key)

    assert response.status_code == 400
    assert response.json()["message"] == "An invalid write key was provided"


@pytest.mark.parametrize(
    "body", ["{", '{"batch": 1}', "[]", '{"batch": [{"traits": NaN}]}', '{"batch": ["\\ud800"]}']
)
def test_malformed_body_is_refused(body: str, segment: SegmentApi) -> None:
    response = post(segment, data=body)

    assert (response.status_code, response.json()["success"]) == (400, False)
    assert not segment.ledger.events


@pytest.mark.parametrize(("over", "status"), [(0, 200), (1, 400)])
def test_body_has_a_limit(over: int, status: int, segment: SegmentApi) -> None:
    body = json.dumps({"batch": [call()]}).ljust(LARGEST_BODY + over)

    assert post(segment, data=body).status_code == status


@pytest.mark.parametrize(("missing", "status"), [(1, 200), (0, 400)])
def test_event_has_a_limit(missing: int, status: int, segment: SegmentApi) -> None:
    empty = len(json.dumps(call(pad=""), separators=(",", ":")))
    event = call(pad="x" * (LARGEST_EVENT - empty - missing))

    assert post(segment, call("other"), event).status_code == status
    assert len(segment.ledger.events) == (2 if status == 200 else 0)


def test_events_beyond_2500_are_dropped_without_a_word(segment: SegmentApi) -> None:
    response = post(segment, *(call(f"m{number}") for number in range(2502)))

    assert response.status_code == 200
    assert len(segment.ledger.events) == 2500
    assert [dropped.message_id for dropped in segment.ledger.dropped] == ["m2500", "m2501"]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (call("m" * 101), "messageId longer than 100 characters"),
        (call(anonymousId=None), "no_user_anon_id"),
        (call(traits={str(number): 1 for number in range(300)}), "300 traits or more"),
        ("text", "not an event"),
    ],
)
def test_bad_event_is_dropped_and_the_rest_kept(
    event: object, reason: str, segment: SegmentApi
) -> None:
    response = post(segment, event, call("good"))

    assert response.status_code == 200
    assert [kept.event["messageId"] for kept in segment.ledger.events] == ["good"]
    assert reasons(segment) == [reason]


def test_message_id_counts_once(segment: SegmentApi) -> None:
    post(segment, call("m1"), call("m1"))
    post(segment, call("m1", traits={"on": None}))

    assert len(segment.ledger.events) == 1
    assert reasons(segment) == ["duplicate messageId"] * 2


def test_event_without_message_id_gets_one(segment: SegmentApi) -> None:
    event = call()
    del event["messageId"]

    post(segment, event, event)

    first, second = (kept.event["messageId"] for kept in segment.ledger.events)
    assert first != second


def test_traits_follow_arrival_or_timestamp_and_null_removes(segment: SegmentApi) -> None:
    late, early = "2026-01-02T00:00:00.000Z", "2026-01-01T23:00:00-02:00"
    post(segment, call("m1", timestamp=early, traits={"on": None, "no": False}, userId="C1"))
    post(segment, call("m2", timestamp=late, traits={"on": True}))

    assert segment.traits() == {"a@example.com": {"no": False, "on": True}}
    assert segment.traits("timestamp") == {"a@example.com": {"no": False}}
    assert segment.traits(by="userId") == {"C1": {"no": False}}


def test_settings_tell_a_known_key_from_an_unknown(segment: SegmentApi) -> None:
    urls = [segment.settings_url.format(write_key=key) for key in (segment.write_key, "other")]

    assert [requests.get(url, timeout=5).status_code for url in urls] == [200, 404]


def test_ledger_can_be_looked_at(segment: SegmentApi) -> None:
    post(segment, call("<m>"), call("<m>"))

    page = requests.get(segment.host, timeout=5).text
    ledger = requests.get(f"{segment.host}/ledger", timeout=5).text.splitlines()
    traits = requests.get(f"{segment.host}/traits?order=timestamp", timeout=5).json()

    assert "SANDBOX: this is not Segment" in page
    assert "&lt;m&gt;" in page
    assert json.loads(ledger[0])["event"] == call("<m>")
    assert json.loads(ledger[1])["dropped"] == "duplicate messageId"
    assert traits == {"a@example.com": {"on": True}}
    assert requests.get(f"{segment.host}/traits?order=age", timeout=5).status_code == 400


def test_ledger_goes_on_from_its_file(tmp_path: Path) -> None:
    with SegmentApi(directory=tmp_path) as segment:
        post(segment, call("m1", traits={"name": "zoë"}), "text")
    with (tmp_path / "segment_ledger.jsonl").open("a") as file:
        file.write('{"receivedAt": "cut off by a cr')

    with SegmentApi(directory=tmp_path) as segment:
        post(segment, call("m1"), call("m2"))

    again = SegmentApi(directory=tmp_path).ledger
    assert again.lines() == segment.ledger.lines()
    assert [kept.event["messageId"] for kept in again.events] == ["m1", "m2"]
    assert [kept.batch for kept in again.events] == [1, 2]
