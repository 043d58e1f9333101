from hypothesis import given
from hypothesis import strategies as st

from listrak.load.pace import Pace, earliest_next
from tests.unit.load.conftest import Watch


def test_next_post_waits_until_the_rate_allows_it() -> None:
    assert earliest_next(10.0, events=250, rate=1000.0) == 10.25


@given(st.lists(st.integers(1, 250), min_size=2, max_size=50))
def test_rate_is_kept_over_any_stretch(sizes: list[int]) -> None:
    watch = Watch()
    pace = Pace(1000.0, watch.clock())
    starts = []

    for size in sizes:
        pace.wait(size)
        starts.append(watch.seconds)

    for first in range(len(sizes)):
        for last in range(first + 1, len(sizes)):
            seconds = starts[last] - starts[first]
            assert sum(sizes[first:last]) <= 1000.0 * seconds + 1e-6


def test_time_that_passed_anyway_is_not_waited_again(watch: Watch) -> None:
    pace = Pace(10.0, watch.clock())

    pace.wait(10)
    watch.seconds = 5.0
    pace.wait(10)

    assert watch.sleeps == []


def test_pause_holds_everything_back(watch: Watch) -> None:
    pace = Pace(10.0, watch.clock())

    pace.pause(7.0)
    pace.wait(1)

    assert watch.sleeps == [7.0]
