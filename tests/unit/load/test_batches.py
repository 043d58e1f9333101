import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listrak.extract.rows import LONGEST
from listrak.load.batches import (
    EVENT_BYTES,
    SEPARATOR_BYTES,
    Event,
    Limits,
    batches,
    chains,
    fault,
    limits,
)
from listrak.load.identify import IdentifyCall

LIMIT = Limits(bytes=100, events=5)


def events(sizes: list[tuple[str, int]]) -> list[Event]:
    ordered = sorted(sizes, key=lambda each: each[0])
    return [Event(str(number), name, {}, size) for number, (name, size) in enumerate(ordered)]


some_events = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 90)), max_size=40)


@given(some_events)
def test_batches_keep_every_event_in_order(sizes: list[tuple[str, int]]) -> None:
    given_events = events(sizes)

    assert [event for batch in batches(given_events, LIMIT) for event in batch] == given_events


@given(some_events)
def test_batches_keep_the_limits(sizes: list[tuple[str, int]]) -> None:
    for batch in batches(events(sizes), LIMIT):
        assert 0 < len(batch) <= LIMIT.events
        assert sum(event.size + SEPARATOR_BYTES for event in batch) <= LIMIT.bytes


@given(some_events)
def test_address_is_split_only_if_no_batch_can_hold_it(sizes: list[tuple[str, int]]) -> None:
    given_events = events(sizes)

    made = list(batches(given_events, LIMIT))

    for name in {event.address for event in given_events}:
        of_address = [event for event in given_events if event.address == name]
        size = sum(event.size + SEPARATOR_BYTES for event in of_address)
        holders = [batch for batch in made if any(event.address == name for event in batch)]
        fits = len(of_address) <= LIMIT.events and size <= LIMIT.bytes
        assert len(holders) == 1 or not fits


@given(some_events)
def test_batches_that_share_an_address_are_one_chain(sizes: list[tuple[str, int]]) -> None:
    made = list(batches(events(sizes), LIMIT))

    chained = chains(made)

    assert [batch for chain in chained for batch in chain] == made
    names = [{event.address for batch in chain for event in batch} for chain in chained]
    assert sum(map(len, names)) == len(set().union(*names))


@pytest.mark.parametrize(
    ("rate", "most"), [(1e6, 2500), (10_000, 2500), (1000, 250), (4, 1), (0.1, 1)]
)
def test_low_rate_makes_small_batches(rate: float, most: int) -> None:
    assert limits("key", rate).events == most


def test_envelope_counts_towards_the_batch() -> None:
    body = {"batch": [], "sentAt": "2026-01-01T00:00:00.000000+00:00", "writeKey": "key"}

    assert limits("key", 1).bytes == 475_000 - len(json.dumps(body))


def test_size_is_that_of_ascii_json() -> None:
    call = IdentifyCall("m", "zoë@example.com", None, '{"a": "日本"}', datetime(2026, 1, 1))

    event = Event.of(call)

    assert event.size == len(json.dumps(event.payload).encode())
    assert "\\u65e5" in json.dumps(event.payload)


@pytest.mark.parametrize(
    ("address", "size", "why"),
    [
        ("a@b", EVENT_BYTES - 1, None),
        ("not an address", 1, None),
        ("a@b", EVENT_BYTES, "the event has 32768 bytes of JSON; Segment takes less than 32768"),
        ("", 1, "the address is empty"),
        (" \t", 1, "the address is empty"),
    ],
)
def test_event_that_cannot_be_valid_has_a_fault(address: str, size: int, why: str | None) -> None:
    assert fault(Event("m", address, {}, size)) == why


def test_longest_address_and_user_id_leave_an_event_room() -> None:
    longest = "\x01" * LONGEST  # six bytes of JSON each
    traits = json.dumps({"email": longest, "Listrak_list_1": True})
    call = IdentifyCall("m" * 64, longest, longest, traits, datetime(2026, 1, 1))

    assert Event.of(call).size < EVENT_BYTES * 2 / 3
