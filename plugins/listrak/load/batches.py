"""How calls are put into batches: pure.

Segment's limits (segment.com/docs/connections/sources/catalog/libraries/server/http-api): 500 KB a
batch, under 32 KB and at most 2,500 events, the last of which it answers with 200 and throws away.
475,000 bytes is what Segment's own library allows itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from listrak.load.identify import IdentifyCall, Payload, payload

MAX_BATCH_BYTES = 475_000
MAX_BATCH_EVENTS = 2_500
EVENT_BYTES = 32_768  # an event must be smaller
BATCHES_A_SECOND = 4  # so that a low rate is kept evenly, not in one burst

SEPARATOR_BYTES = 2  # ", " as json.dumps writes it
EMPTY_BODY = {"batch": [], "sentAt": "2026-01-01T00:00:00.000000+00:00"}  # as request.post adds it


@dataclass(frozen=True, slots=True)
class Event:
    """A call as it is posted. `size`: its bytes of JSON, as request.post writes them."""

    message_id: str
    address: str
    payload: Payload
    size: int

    @classmethod
    def of(cls, call: IdentifyCall) -> Event:
        """Return the event of a call."""
        body = payload(call)
        return cls(call.message_id, call.anonymous_id, body, len(json.dumps(body)))


Batch = tuple[Event, ...]


@dataclass(frozen=True)
class Limits:
    """What a batch may hold. `bytes`: of its events, with a separator each."""

    bytes: int
    events: int


def limits(write_key: str, max_events_per_second: float) -> Limits:
    """Return the limits of the batches posted with `write_key` at that rate."""
    envelope = len(json.dumps({**EMPTY_BODY, "writeKey": write_key}))
    at_rate = max(1, int(max_events_per_second / BATCHES_A_SECOND))
    return Limits(MAX_BATCH_BYTES - envelope, min(MAX_BATCH_EVENTS, at_rate))


def fault(event: Event) -> str | None:
    """Return why Segment can never take the event, or None."""
    if not event.address.strip():
        return "the address is empty"
    if event.size >= EVENT_BYTES:
        return f"the event has {event.size} bytes of JSON; Segment takes less than {EVENT_BYTES}"
    return None


def batches(events: Iterable[Event], limit: Limits) -> Iterator[Batch]:
    """Put events, which are ordered by address, into batches; their order stays.

    An address is not split over two batches unless one cannot hold it.
    """
    batch: list[Event] = []
    size = 0
    for _, of_address in groupby(events, key=lambda event: event.address):
        for piece in _pieces(list(of_address), limit):
            if batch and not _fits(len(batch) + len(piece), size + _size(piece), limit):
                yield tuple(batch)
                batch, size = [], 0
            batch += piece
            size += _size(piece)
    if batch:
        yield tuple(batch)


def chains(batches_in_order: Iterable[Batch]) -> list[list[Batch]]:
    """Group batches that share an address: they are posted one after the other, never at once."""
    found: list[list[Batch]] = []
    for batch in batches_in_order:
        if found and found[-1][-1][-1].address == batch[0].address:
            found[-1].append(batch)
        else:
            found.append([batch])
    return found


def _pieces(of_address: list[Event], limit: Limits) -> list[list[Event]]:
    whole = _fits(len(of_address), _size(of_address), limit)
    return [of_address] if whole else [[event] for event in of_address]


def _fits(count: int, size: int, limit: Limits) -> bool:
    return count <= limit.events and size <= limit.bytes


def _size(events: list[Event]) -> int:
    return sum(event.size + SEPARATOR_BYTES for event in events)
