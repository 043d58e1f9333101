import pytest

from listrak.errors import (
    SegmentRefusedError,
    WriteKeyError,
)
from listrak.load.send import SendTotals
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query
from tests.unit.load.conftest import Send
from tests.unit.load.pending_changes import (
    Change,
    add_changes,
    many,
)
from tests.unit.load.scripted_segment import Reply, ScriptedSegment, refuse

ANN, BOB = "ann@example.com", "bob@example.com"
CALLS = "select anonymous_id, status, http_status, error, attempts, run_id from identify_calls"


def test_bad_event_is_rejected_with_its_reason(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send, query: Query
) -> None:
    add_changes(warehouse, [Change(ANN), Change(BOB), Change("  ")])
    add_changes(warehouse, [Change("eve@example.com", user_id="x" * 33_000)])
    segment.judge = refuse(ANN)

    assert send() == SendTotals(sent=1, rejected=3, superseded=0, batches=1)

    assert query(f"{CALLS} order by 1")[:3] == [
        ("  ", "rejected", None, "the address is empty", 0, "r"),
        (ANN, "rejected", 400, "Segment answered 400: cannot be read", 2, "r"),
        (BOB, "sent", 200, None, 2, "r"),
    ]
    assert query("select status from trait_changes where email like 'eve%'") == [("rejected",)]
    assert send() == SendTotals(0, 0, 0, 0)


@pytest.mark.parametrize(("removals", "rate"), [(0, 1e6), (3, 1e6), (3, 4)])
def test_host_that_refuses_everything_leaves_all_pending(
    warehouse: Warehouse,
    segment: ScriptedSegment,
    send: Send,
    query: Query,
    removals: int,
    rate: float,
) -> None:
    add_changes(warehouse, many(17, Change("")))
    add_changes(
        warehouse, [Change(f"gone{number}@example.com", "remove") for number in range(removals)]
    )
    segment.judge = lambda _: Reply(400)

    with pytest.raises(SegmentRefusedError, match="refuses every event"):
        send(segment.connection(rate=rate))

    assert query("select distinct status from identify_calls") == [("pending",)]
    assert query("select distinct status from trait_changes") == [("pending",)]


def test_bad_event_that_is_alone_is_told_apart_once_another_is_accepted(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send, query: Query
) -> None:
    add_changes(warehouse, [Change(ANN)])
    segment.judge = refuse(ANN)
    with pytest.raises(SegmentRefusedError, match="refuses every event"):
        send()
    assert query("select status from trait_changes") == [("pending",)]

    add_changes(warehouse, [Change(BOB)])

    assert send() == SendTotals(sent=1, rejected=1, superseded=0, batches=1)


def test_early_refusals_count_once_segment_has_accepted(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send, query: Query
) -> None:
    add_changes(warehouse, [Change(ANN, "remove"), Change(BOB)])
    segment.judge = refuse(ANN)

    assert send() == SendTotals(sent=1, rejected=1, superseded=0, batches=1)
    assert query("select status from trait_changes order by email") == [("rejected",), ("sent",)]


def test_unknown_key_sends_nothing(
    warehouse: Warehouse, segment: ScriptedSegment, send: Send, query: Query
) -> None:
    add_changes(warehouse, [Change(ANN)])
    segment.settings_replies = [Reply(404)]

    with pytest.raises(WriteKeyError, match="does not know the write key"):
        send(segment.connection(settings=True))

    assert segment.posts == []
    assert query("select status from trait_changes") == [("pending",)]
    assert query("select * from load_leases") == []
