"""Which snapshots stay, whatever the history, the settings and the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listrak.retention.keep import Keep, Snapshot, snapshots_to_prune

NOW = datetime(2026, 6, 15, 12)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Snapshots = Sequence[Snapshot]


def snapshot(ago: timedelta, status: str = "past", *, is_waiting: bool = False) -> Snapshot:
    return Snapshot(NOW - ago, status, is_waiting)


@st.composite
def lists(draw: st.DrawFn) -> list[Snapshot]:
    """A list's snapshots as they can be: the newest decided one is the head."""
    hours = draw(st.lists(st.integers(-30, 400), min_size=1, max_size=40, unique=True))
    statuses = st.sampled_from(["past", "past", "past", "held"])
    waiting = st.sampled_from([False, False, False, True])
    found = [
        snapshot(ago * HOUR, draw(statuses), is_waiting=draw(waiting)) for ago in sorted(hours)
    ]
    found[0] = replace(found[0], status="head")
    return draw(st.permutations(found))


keeps = st.tuples(st.integers(0, 8), st.integers(0, 12)).map(lambda days: Keep(days[0], sum(days)))


def staying(snapshots: Snapshots, keep: Keep, now: datetime = NOW) -> list[Snapshot]:
    going = snapshots_to_prune(snapshots, keep, now)
    return [each for each in snapshots if each.snapshot_at not in going]


def decided(snapshots: Snapshots) -> list[Snapshot]:
    found = [each for each in snapshots if each.status != "held"]
    return sorted(found, key=lambda each: each.snapshot_at)


@given(lists(), keeps)
def test_pruning_again_prunes_nothing(snapshots: Snapshots, keep: Keep) -> None:
    assert snapshots_to_prune(staying(snapshots, keep), keep, NOW) == {}


@given(lists(), keeps)
def test_head_its_predecessor_and_what_waits_stay(snapshots: Snapshots, keep: Keep) -> None:
    stay = staying(snapshots, keep)

    assert decided(stay)[-2:] == decided(snapshots)[-2:]
    assert [each for each in snapshots if each.is_waiting or each.status == "held"] == [
        each for each in stay if each.is_waiting or each.status == "held"
    ]


@given(lists(), keeps)
def test_young_snapshots_all_stay(snapshots: Snapshots, keep: Keep) -> None:
    young = [each for each in snapshots if NOW - each.snapshot_at < keep.all_days * DAY]

    assert set(young) <= set(staying(snapshots, keep))


@given(lists(), keeps)
def test_every_day_in_range_keeps_its_last(snapshots: Snapshots, keep: Keep) -> None:
    stay = {each.snapshot_at for each in staying(snapshots, keep)}

    last_of_day = {each.snapshot_at.date(): each.snapshot_at for each in decided(snapshots)}
    for at in last_of_day.values():
        assert at in stay or NOW - at >= keep.daily_days * DAY


@given(lists(), keeps)
def test_nothing_else_stays(snapshots: Snapshots, keep: Keep) -> None:
    stay = [each for each in decided(staying(snapshots, keep))[:-2] if not each.is_waiting]

    old = [each for each in stay if NOW - each.snapshot_at >= keep.all_days * DAY]
    days = [each.snapshot_at.date() for each in old]
    assert len(days) == len(set(days))
    assert all(NOW - each.snapshot_at < keep.daily_days * DAY for each in old)


@given(lists(), keeps, keeps)
def test_more_days_keep_more(snapshots: Snapshots, one: Keep, more: Keep) -> None:
    both = Keep(one.all_days + more.all_days, one.daily_days + more.daily_days)

    assert set(snapshots_to_prune(snapshots, both, NOW)) <= set(
        snapshots_to_prune(snapshots, one, NOW)
    )


@given(lists(), keeps, st.integers(0, 200))
def test_pruning_on_the_way_changes_nothing_in_the_end(
    snapshots: Snapshots, keep: Keep, hours: int
) -> None:
    later = NOW + hours * HOUR

    assert staying(staying(snapshots, keep), keep, later) == staying(snapshots, keep, later)


@given(lists(), keeps)
def test_what_goes_is_taken_over_by_the_next_that_stays(snapshots: Snapshots, keep: Keep) -> None:
    stay = [each.snapshot_at for each in decided(staying(snapshots, keep))]

    for at, next_at in snapshots_to_prune(snapshots, keep, NOW).items():
        assert next_at == min(kept for kept in stay if kept > at)


def test_ages_are_counted_from_now_and_days_are_utc() -> None:
    midnight = NOW.replace(hour=0)
    ages = {
        "head": NOW,
        "the one before": NOW - HOUR,
        "just young": NOW - 2 * DAY + HOUR,
        "no longer": NOW - 2 * DAY,
        "alone on its day": midnight - 3 * DAY,
        "last of its day": midnight - 3 * DAY - HOUR,
        "last of its day, too old": NOW - 5 * DAY,
    }
    snapshots = [Snapshot(at, "past") for at in ages.values()]
    snapshots[0] = Snapshot(NOW, "head")

    going = snapshots_to_prune(snapshots, Keep(all_days=2, daily_days=5), NOW)

    assert [name for name, at in ages.items() if at in going] == [
        "no longer",
        "last of its day, too old",
    ]


@pytest.mark.parametrize("statuses", [[], ["past"] * 5, ["head", *["past"] * 5], ["held"] * 3])
def test_list_without_a_head_at_its_end_is_left_alone(statuses: list[str]) -> None:
    snapshots = [snapshot((100 - number) * DAY, status) for number, status in enumerate(statuses)]

    assert snapshots_to_prune(snapshots, Keep(0, 0), NOW) == {}
