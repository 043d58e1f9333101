"""Which of a list's snapshots stay. Pure.

The young ones all stay, then the last of each UTC day, then none. Whatever their age, the head and
the one before it stay, and all that something is still to become of.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

HEAD = "head"
DECIDED = (HEAD, "past")


@dataclass(frozen=True)
class Keep:
    """For how many days before now all snapshots stay, and for how many the last of each day."""

    all_days: int
    daily_days: int


@dataclass(frozen=True)
class Snapshot:
    """A list's snapshot. `is_waiting`: changes of it are pending or held."""

    snapshot_at: datetime
    status: str
    is_waiting: bool = False


def snapshots_to_prune(
    snapshots: Iterable[Snapshot], keep: Keep, now: datetime
) -> dict[datetime, datetime]:
    """Return which of a list's snapshots go: the moment of each, and of the next one that stays.

    `now`: naive UTC. Where the newest decided snapshot is not the head, the warehouse contradicts
    itself, and none goes.
    """
    decided = sorted(
        (each for each in snapshots if each.status in DECIDED), key=lambda each: each.snapshot_at
    )
    if not decided or decided[-1].status != HEAD:
        return {}
    moments = [each.snapshot_at for each in decided]
    last_of_day = {at.date(): at for at in moments}
    going = {
        each.snapshot_at
        for each in decided[:-2]
        if not each.is_waiting
        and now - each.snapshot_at >= timedelta(days=keep.all_days)
        and (
            now - each.snapshot_at >= timedelta(days=keep.daily_days)
            or each.snapshot_at != last_of_day[each.snapshot_at.date()]
        )
    }
    return next_that_stay(moments, going)


def next_that_stay(
    moments: Collection[datetime], going: Collection[datetime]
) -> dict[datetime, datetime]:
    """Return for each moment that goes the next one that does not; the last of all stays."""
    staying = sorted(set(moments) - set(going))
    return {at: staying[bisect(staying, at)] for at in sorted(going)}
