from collections.abc import Callable

import pytest

from listrak.errors import SegmentRefusedError, SegmentUnavailableError, WriteKeyError
from listrak.load.batches import Batch, Event
from listrak.load.deliver import Delivery
from listrak.load.pace import Pace
from listrak.load.receipts import Receipt
from listrak.load.retry import TRIES, Poster
from listrak.load.segment import Segment
from tests.unit.load.conftest import Watch
from tests.unit.load.scripted_segment import WRITE_KEY, Reply, ScriptedSegment, Sent, refuse

Deliver = Callable[[Batch], None]


@pytest.fixture
def receipts() -> list[Receipt]:
    return []


@pytest.fixture
def deliver(segment: ScriptedSegment, watch: Watch, receipts: list[Receipt]) -> Deliver:
    clock = watch.clock()
    door = Segment(segment.url, WRITE_KEY, timeout=5.0)
    poster = Poster(door, "segment_test", Pace(1e9, clock), clock, lambda: None)
    return Delivery(
        poster, receipts.append, lambda: any(each.status == "sent" for each in receipts)
    ).deliver


def batch(count: int) -> Batch:
    names = [f"contact{number:03d}@example.com" for number in range(count)]
    return tuple(
        Event(f"m-{name}", name, {"anonymousId": name, "messageId": f"m-{name}"}, 60)
        for name in names
    )


def ids(receipts: list[Receipt], status: str) -> list[str]:
    return [key for each in receipts if each.status == status for key in each.message_ids]


@pytest.mark.parametrize("status", [400, 413])
def test_bad_event_is_rejected_alone(
    deliver: Deliver, segment: ScriptedSegment, receipts: list[Receipt], status: int
) -> None:
    events = batch(9)
    segment.judge = refuse(events[4].address, status=status)

    deliver(events)

    [rejected] = [each for each in receipts if each.status == "rejected"]
    assert rejected.message_ids == (events[4].message_id,)
    assert (rejected.http_status, rejected.error) == (
        status,
        f"Segment answered {status}: cannot be read",
    )
    assert rejected.attempts == 4  # as one of 9, 5, 2 and 1 events
    accepted = [event["messageId"] for event in segment.accepted]
    assert accepted == [event.message_id for event in events if event is not events[4]]


def test_large_batch_with_bad_events_is_sent_but_for_them(
    deliver: Deliver, segment: ScriptedSegment, receipts: list[Receipt]
) -> None:
    events = batch(100)
    segment.judge = refuse(events[0].address, events[99].address)

    deliver(events)

    assert set(ids(receipts, "rejected")) == {events[0].message_id, events[99].message_id}
    assert sorted(ids(receipts, "sent")) == [event.message_id for event in events[1:99]]
    assert len(segment.accepted) == 98


def test_probes_keep_the_order_within_an_address(
    deliver: Deliver, segment: ScriptedSegment
) -> None:
    addresses = batch(40)
    both = tuple(
        Event(f"{event.message_id}-{turn}", event.address, {**event.payload, "turn": turn}, 60)
        for event in addresses
        for turn in (1, 2)
    )
    segment.judge = refuse(addresses[20].address)

    deliver(both)

    turns: dict[str, list[int]] = {}
    for event in segment.accepted:
        turns.setdefault(event["anonymousId"], []).append(event["turn"])
    assert set(map(tuple, turns.values())) == {(1, 2)}
    assert len(turns) == 39


@pytest.mark.parametrize("count", [17, 2500])
def test_host_that_refuses_every_event_rejects_none(
    deliver: Deliver, segment: ScriptedSegment, receipts: list[Receipt], count: int
) -> None:
    segment.judge = lambda _: Reply(400, "Bad Request")

    with pytest.raises(SegmentRefusedError, match=r"refuses every event .* stays pending"):
        deliver(batch(count))

    assert receipts == []
    assert len(segment.posts) == 17


def test_key_refused_with_400_rejects_none(
    deliver: Deliver, segment: ScriptedSegment, receipts: list[Receipt]
) -> None:
    segment.judge = lambda _: Reply(400, '{"message": "An invalid write key was provided"}')

    with pytest.raises(WriteKeyError, match=r"`segment_test`.* write key"):
        deliver(batch(3))

    assert receipts == []
    assert len(segment.posts) == 1


def test_passing_failures_are_retried_with_the_same_events(
    deliver: Deliver, segment: ScriptedSegment, receipts: list[Receipt], watch: Watch
) -> None:
    segment.replies = [Reply(500), Reply(fault="reset", accepts=True), Reply(429), Reply(503)]

    deliver(batch(2))

    assert [posted.ids for posted in segment.posts] == [segment.posts[0].ids] * 5
    assert [posted.headers.get("X-Retry-Count") for posted in segment.posts] == [
        None,
        *"1234",
    ]
    assert [(each.status, each.attempts) for each in receipts] == [("sent", 5)]
    assert len(watch.sleeps) == 4


def test_retry_after_is_waited_for(
    deliver: Deliver, segment: ScriptedSegment, watch: Watch
) -> None:
    segment.replies = [Reply(429, headers=(("Retry-After", "9"),))]

    deliver(batch(1))

    assert watch.sleeps == [9.0]


def test_long_retry_after_gives_the_slot_back(deliver: Deliver, segment: ScriptedSegment) -> None:
    segment.replies = [Reply(429, headers=(("Retry-After", "121"),))]

    with pytest.raises(SegmentUnavailableError, match="answered 429 at try 1") as caught:
        deliver(batch(1))

    assert caught.value.retry_after == 121.0
    assert len(segment.posts) == 1


def test_tries_are_bounded(
    deliver: Deliver, segment: ScriptedSegment, receipts: list[Receipt]
) -> None:
    segment.judge = lambda _: Reply(503)

    with pytest.raises(SegmentUnavailableError, match=f"answered 503 at try {TRIES}"):
        deliver(batch(1))

    assert len(segment.posts) == TRIES
    assert receipts == []


@pytest.mark.parametrize("status", [401, 403, 404, 501])
def test_other_statuses_fail_at_once(
    deliver: Deliver, segment: ScriptedSegment, receipts: list[Receipt], status: int
) -> None:
    segment.replies = [Reply(status)]

    with pytest.raises(SegmentRefusedError, match=f"answered {status}.* stays pending"):
        deliver(batch(3))

    assert len(segment.posts) == 1
    assert receipts == []


def test_half_that_was_accepted_has_its_receipt_when_the_other_fails(
    deliver: Deliver, segment: ScriptedSegment, receipts: list[Receipt]
) -> None:
    def judge(events: list[Sent]) -> Reply:
        is_first_half = events[0]["anonymousId"].startswith("contact000")
        return Reply(413) if len(events) == 4 else Reply(200 if is_first_half else 404)

    segment.judge = judge

    with pytest.raises(SegmentRefusedError, match="answered 404"):
        deliver(batch(4))

    assert ids(receipts, "sent") == [event.message_id for event in batch(2)]
