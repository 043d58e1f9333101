"""What an identify call says: pure, from trait changes to calls to their JSON.

A call's id and timestamp are fixed here, once. The id is a digest of all that the call says and of
the snapshots that say it: Segment de-duplicates ids over all its customers, for a day or so
(segment.com/docs/guides/duplicate-data), so the write key is part of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal

from listrak import __version__

Payload = dict[str, object]

TICK = timedelta(milliseconds=1)
CONTEXT: Mapping[str, object] = {
    "active": False,  # a sync is not the contact's own activity
    "integration": {"name": "Listrak", "version": __version__},
}


@dataclass(frozen=True, slots=True)
class TraitChange:
    """A pending change. `latest_at`: of the latest call ever planned for the address."""

    email: str
    user_id: str | None
    change: Literal["add", "remove"]
    trait: str
    snapshot_at: datetime
    occurred_at: datetime
    latest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IdentifyCall:
    """One identify call. `traits` is JSON text; `timestamp` is naive UTC, in milliseconds."""

    message_id: str
    anonymous_id: str
    user_id: str | None
    traits: str
    timestamp: datetime


@dataclass(frozen=True)
class Origin:
    """Whose calls these are: part of every message id."""

    source: str
    key_digest: str

    @classmethod
    def of(cls, source: str, write_key: str) -> Origin:
        """Return the origin of calls of `source` made with `write_key`."""
        return cls(source, hashlib.sha256(write_key.encode()).hexdigest())


def identify_calls(
    changes: Iterable[TraitChange], origin: Origin, now: datetime
) -> list[IdentifyCall]:
    """Return one call per (address, user id) of `changes`, which are ordered by address.

    Calls with a removal come before the other calls of their address.
    """
    return [
        call
        for _, of_address in groupby(changes, key=lambda change: change.email)
        for call in _calls_of_address(list(of_address), origin, now)
    ]


def payload(call: IdentifyCall) -> Payload:
    """Return the call as Segment takes it; `userId` is absent where there is none."""
    user = {"userId": call.user_id} if call.user_id else {}
    return {
        "type": "identify",
        "messageId": call.message_id,
        "timestamp": call.timestamp.isoformat(timespec="milliseconds") + "Z",
        "anonymousId": call.anonymous_id,
        **user,
        "traits": json.loads(call.traits),
        "context": CONTEXT,
        "channel": "server",
    }


def timestamps(
    occurred: Sequence[datetime], latest: datetime | None, now: datetime
) -> list[datetime]:
    """Return the timestamps of an address's calls: when they occurred, in milliseconds.

    Each is at least 1 ms after the one before, the first after `latest`; none is in the future,
    unless `latest` is (the clock was set back).
    """
    moments: list[datetime] = []
    for ticks_left, moment in zip(range(len(occurred), 0, -1), occurred, strict=True):
        timestamp = _in_milliseconds(min(moment, now - ticks_left * TICK))
        latest = timestamp if latest is None else max(timestamp, latest + TICK)
        moments.append(latest)
    return moments


def _calls_of_address(
    changes: list[TraitChange], origin: Origin, now: datetime
) -> Iterator[IdentifyCall]:
    by_user: dict[str | None, list[TraitChange]] = {}
    for change in changes:
        by_user.setdefault(change.user_id, []).append(change)
    groups = sorted(by_user.values(), key=_removals_first)
    occurred = [max(change.occurred_at for change in group) for group in groups]
    moments = timestamps(occurred, changes[0].latest_at, now)
    for group, moment in zip(groups, moments, strict=True):
        yield _call(group, origin, moment)


def _removals_first(changes: list[TraitChange]) -> tuple[bool, datetime, str]:
    adds_only = all(change.change == "add" for change in changes)
    return adds_only, max(change.occurred_at for change in changes), changes[0].user_id or ""


def _call(changes: list[TraitChange], origin: Origin, timestamp: datetime) -> IdentifyCall:
    first = changes[0]
    # null is how Segment removes a trait; false or "" would be kept as values. Where a list took
    # over another one's trait name, being on the one counts, not having left the other.
    added = {change.trait for change in changes if change.change == "add"}
    traits = {change.trait: True if change.trait in added else None for change in changes}
    said = sorted(
        (change.trait, change.change, change.snapshot_at.isoformat()) for change in changes
    )
    digested = [origin.source, origin.key_digest, first.email, first.user_id, said]
    return IdentifyCall(
        message_id=hashlib.sha256(json.dumps(digested).encode()).hexdigest(),
        anonymous_id=first.email,
        user_id=first.user_id,
        traits=json.dumps(dict(sorted({**traits, "email": first.email}.items()))),
        timestamp=timestamp,
    )


def _in_milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
