"""Whatever happens on the way, Segment ends with the newest snapshot, in both orders."""

from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listrak.errors import ListrakSourceError
from listrak.load.send import send_pending
from tests.unit.load.conftest import Watch
from tests.unit.load.pending_changes import (
    SOURCE,
    Change,
    Traits,
    add_changes,
    by_arrival,
    by_timestamp,
)
from tests.unit.load.scripted_segment import Reply, ScriptedSegment, scripted_segment
from tests.unit.memory_warehouse import Crash, MemoryWarehouse

LISTS = (1, 2)
Subscribed = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Day:
    """A snapshot of both lists, and what goes wrong while its changes are sent."""

    subscribed: Subscribed
    replies: tuple[Reply, ...]
    crash_at: int
    user_id: str | None


replies = st.lists(
    st.sampled_from(
        [
            Reply(),
            Reply(403),
            Reply(500),
            Reply(503, accepts=True),
            Reply(fault="reset"),
            Reply(fault="reset", accepts=True),
        ]
    ),
    max_size=4,
).map(tuple)
subscriptions = st.tuples(st.sampled_from(["ann@x", "bob@x", "eve@x"]), st.sampled_from(LISTS))
days = st.lists(
    st.builds(
        Day, st.frozensets(subscriptions), replies, st.integers(1, 12), st.sampled_from([None, "7"])
    ),
    min_size=1,
    max_size=5,
)


def changes_of(day: Day, number: int, before: Subscribed) -> list[Change]:
    return [
        Change(
            email,
            "add" if (email, list_id) in day.subscribed else "remove",
            list_id,
            number,
            user_id=day.user_id if list_id == 1 else None,
        )
        for email, list_id in sorted(day.subscribed ^ before)
    ]


def traits_of(subscribed: Subscribed) -> Traits:
    return {
        email: {f"Listrak_list_{number}": True for name, number in subscribed if name == email}
        for email, _ in subscribed
    }


def load(warehouse: MemoryWarehouse, segment: ScriptedSegment, crash_at: int | None) -> None:
    watch = Watch()
    warehouse.crash_at = crash_at
    with suppress(Crash, ListrakSourceError):
        send_pending(warehouse, segment.connection(rate=8), SOURCE, "holder", "run", watch.clock())
    warehouse.crash_at = None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days)
def test_traits_converge_to_the_newest_snapshot(story: list[Day]) -> None:
    warehouse = MemoryWarehouse()
    before: Subscribed = frozenset()
    with scripted_segment() as segment:
        for number, day in enumerate(story):
            add_changes(warehouse, changes_of(day, number, before))
            before = day.subscribed
            segment.replies = list(day.replies)
            load(warehouse, segment, day.crash_at)
        segment.replies = []
        load(warehouse, segment, None)

        assert by_arrival(segment.accepted) == traits_of(before)
        assert by_timestamp(segment.accepted) == traits_of(before)


@pytest.mark.parametrize("crash_at", range(12))
def test_crash_at_any_transaction_loses_nothing_and_keeps_the_ids(
    segment: ScriptedSegment, crash_at: int
) -> None:
    warehouse = MemoryWarehouse()
    people = [Change(f"contact{number}@example.com") for number in range(3)]
    add_changes(warehouse, [*people, Change("gone@example.com", "remove")])
    load(warehouse, segment, crash_at)

    load(warehouse, segment, None)

    assert by_arrival(segment.accepted) == {
        change.email: {"Listrak_list_1": True} for change in people
    }
    assert len({event["messageId"] for event in segment.accepted}) == 4
