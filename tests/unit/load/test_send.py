import logging
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from listrak.errors import (
    LoadLeaseHeldError,
    SegmentRefusedError,
    SegmentUnavailableError,
)
from listrak.load.lease import Lease
from listrak.load.send import SendTotals
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query
from tests.unit.load.conftest import Send, Watch
from tests.unit.load.pending_changes import (
    SOURCE,
    Change,
    add_changes,
    by_arrival,
    by_timestamp,
    many,
)
from tests.unit.load.scripted_segment import WRITE_KEY, Reply, ScriptedSegment, Sent

ANN, BOB = "ann@example.com", "bob@example.com"
CALLS = "select anonymous_id, status, http_status, error, attempts, run_id from identify_calls"


def test_what_was_accepted_is_sent_with_its_receipt(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send, query: Query
) -> None:
    add_changes(warehouse, [Change(ANN), Change(ANN, list_id=2)])

    assert send(run_id="run-1") == SendTotals(sent=1, rejected=0, superseded=0, batches=1)

    assert by_arrival(segment.accepted) == {ANN: {"Listrak_list_1": True, "Listrak_list_2": True}}
    assert query(CALLS) == [(ANN, "sent", 200, None, 1, "run-1")]
    assert query("select distinct status, message_id from trait_changes") == [
        ("sent", segment.accepted[0]["messageId"])
    ]
    assert query("select sent_at is not null from identify_calls") == [(True,)]


def test_second_load_sends_nothing(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send
) -> None:
    add_changes(warehouse, many(30, Change("")))
    send()

    assert send(segment.connection(settings=True)) == SendTotals(0, 0, 0, 0)

    assert len(segment.posts) == 1
    assert segment.settings_paths == []


def test_only_pending_changes_of_the_source_are_sent(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send
) -> None:
    statuses = ["sent", "superseded", "historical", "held", "rejected", "dry_run"]
    add_changes(warehouse, [Change(f"{status}@example.com", status=status) for status in statuses])
    add_changes(warehouse, [Change(ANN)], source="another")
    add_changes(warehouse, [Change(BOB)])

    send()

    assert by_arrival(segment.accepted) == {BOB: {"Listrak_list_1": True}}


def test_every_removal_is_answered_before_the_first_add(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send
) -> None:
    add_changes(warehouse, many(30, Change("")))
    gone = [replace(change, change="remove", list_id=2) for change in many(20, Change(""))]
    add_changes(warehouse, [replace(change, email=f"z{change.email}") for change in gone])
    segment.replies = [Reply(500), Reply(500)]

    send(segment.connection(rate=32))  # 8 events a batch

    is_removal = [
        any(value is None for value in event["traits"].values()) for event in segment.accepted
    ]
    assert is_removal == [True] * 20 + [False] * 30


def test_calls_of_one_address_are_never_in_flight_at_once(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send
) -> None:
    add_changes(
        warehouse, [Change(ANN, list_id=number, user_id=str(number)) for number in range(12)]
    )
    together: list[bool] = []
    free = threading.Lock()

    def judge(_: list[Sent]) -> Reply:
        together.append(not free.acquire(blocking=False))
        free.release()
        return Reply()

    segment.judge = judge

    send(segment.connection(rate=4))  # one event a batch

    times = [event["timestamp"] for event in segment.accepted]
    assert len(times) == 12
    assert times == sorted(times)
    assert not any(together)


def test_rate_is_kept(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send, watch: Watch
) -> None:
    add_changes(warehouse, many(100, Change("")))

    send(segment.connection(rate=40))

    assert [len(posted.batch) for posted in segment.posts] == [10] * 10
    assert watch.seconds == pytest.approx(90 / 40, rel=1)
    assert watch.seconds >= 90 / 40


def test_answer_lost_after_accepting_repeats_the_same_ids(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send
) -> None:
    add_changes(warehouse, many(5, Change("")))
    segment.replies = [Reply(fault="reset", accepts=True)]

    send()

    assert segment.posts[0].batch == segment.posts[1].batch
    assert len({event["messageId"] for event in segment.accepted}) == 5


def test_what_succeeded_is_kept_when_another_batch_fails(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send, query: Query
) -> None:
    add_changes(warehouse, many(40, Change("")))
    segment.judge = lambda batch: Reply(403 if batch[0]["anonymousId"] > "contact00009" else 200)

    with pytest.raises(SegmentRefusedError, match="answered 403"):
        send(segment.connection(rate=40))

    counts = "select status, count(*) from identify_calls group by status order by status"
    assert query(counts) == [("pending", 30), ("sent", 10)]

    segment.judge = lambda _: Reply()
    assert send().sent == 30
    assert query(counts) == [("sent", 40)]
    assert len({event["messageId"] for event in segment.accepted}) == len(segment.accepted) == 40


def test_load_waits_while_another_holds_the_lease(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send, watch: Watch
) -> None:
    add_changes(warehouse, [Change(ANN)])
    with warehouse.transaction() as transaction:
        Lease(SOURCE, "dag/other/send", watch.clock()).acquire(transaction)

    with pytest.raises(LoadLeaseHeldError, match="dag/other/send is sending"):
        send()

    assert segment.posts == []
    assert send(holder="dag/other/send").sent == 1


def test_load_that_lost_its_lease_writes_no_receipt(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send, watch: Watch, query: Query
) -> None:
    add_changes(warehouse, [Change(ANN)])

    def steal(_: list[Sent]) -> Reply:
        watch.sleep(3600)
        with warehouse.transaction() as transaction:
            Lease(SOURCE, "thief", watch.clock()).acquire(transaction)
        return Reply()

    segment.judge = steal

    with pytest.raises(LoadLeaseHeldError, match="may have taken over"):
        send()

    assert query("select status from identify_calls") == [("pending",)]
    assert query("select holder from load_leases") == [("thief",)]


def test_later_change_overtakes_a_call_that_was_never_answered(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send
) -> None:
    add_changes(warehouse, [Change(ANN), Change(ANN, list_id=2)])
    segment.judge = lambda _: Reply(503, accepts=True)
    with pytest.raises(SegmentUnavailableError, match="503"):
        send()
    segment.judge = lambda _: Reply()
    add_changes(warehouse, [Change(ANN, "remove", day=1)])

    assert send() == SendTotals(sent=1, rejected=0, superseded=1, batches=1)

    assert by_arrival(segment.accepted) == {ANN: {"Listrak_list_2": True}}
    assert by_timestamp(segment.accepted) == {ANN: {"Listrak_list_2": True}}


FAILURES = [
    [Reply(400, f'{{"message": "bad {ANN}"}}')] * 40,
    [Reply(400, f'{{"message": "write key {WRITE_KEY} of {ANN}"}}')],
    [Reply(403, ANN)],
    [Reply(500, ANN)] * 8,
    [Reply(fault="reset")] * 8,
    [Reply(302, ANN, headers=(("Location", f"http://127.0.0.1:9/{ANN}"),))] * 8,
]


@pytest.mark.parametrize("replies", FAILURES)
def test_nobody_and_no_key_is_named_in_logs_and_errors(
    warehouse: Warehouse,
    segment: ScriptedSegment,
    send: Send,
    replies: list[Reply],
    caplog: pytest.LogCaptureFixture,
    everything_said: Callable[[BaseException], str],
) -> None:
    caplog.set_level(logging.DEBUG)
    add_changes(warehouse, [Change(ANN, user_id="id@person"), *many(16, Change(""))])
    segment.replies = list(replies)

    with pytest.raises((SegmentRefusedError, SegmentUnavailableError)) as caught:
        send(segment.connection(settings=True))

    said = caplog.text + everything_said(caught.value)
    assert "@" not in said
    assert WRITE_KEY not in said
    assert "segment_test" in said
