import threading

import pytest

from listrak.errors import LoadLeaseHeldError, SegmentRefusedError, SegmentUnavailableError
from listrak.load import wave
from listrak.load.batches import Batch, Event
from listrak.load.clock import Clock
from listrak.load.wave import post_wave

STOP = threading.Event
BATCHES: list[Batch] = [(Event(str(number), "a", {}, 1),) for number in range(6)]


def no_lease() -> None:
    pass


def test_lease_is_kept_while_a_batch_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wave, "SECONDS_BETWEEN_BEATS", 0.01)
    kept = threading.Event()
    waited: list[bool] = []

    assert (
        post_wave([[BATCHES[0]]], lambda _: waited.append(kept.wait(30)), kept.set, STOP()) is None
    )

    assert waited == [True]


def test_nothing_is_begun_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wave, "IN_FLIGHT", 1)
    begun: list[Batch] = []

    def deliver(batch: Batch) -> None:
        begun.append(batch)
        raise SegmentRefusedError("refused")

    failure = post_wave([BATCHES[:3], BATCHES[3:]], deliver, no_lease, STOP())

    assert isinstance(failure, SegmentRefusedError)
    assert begun == BATCHES[:1]


def test_failure_that_needs_a_person_is_the_one_told() -> None:
    both = threading.Barrier(2)

    def deliver(batch: Batch) -> None:
        both.wait(30)
        raise (SegmentUnavailableError if batch is BATCHES[0] else SegmentRefusedError)("x")

    failure = post_wave([[BATCHES[0]], [BATCHES[1]]], deliver, no_lease, STOP())

    assert isinstance(failure, SegmentRefusedError)


def test_lost_lease_ends_the_wave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wave, "SECONDS_BETWEEN_BEATS", 0.01)
    lost = threading.Event()
    waited: list[bool] = []

    def lose_lease() -> None:
        lost.set()
        raise LoadLeaseHeldError("lost")

    with pytest.raises(LoadLeaseHeldError, match="lost"):
        post_wave([[BATCHES[0]]], lambda _: waited.append(lost.wait(30)), lose_lease, STOP())

    assert waited == [True]


def test_wait_for_segment_does_not_outlive_the_wave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wave, "SECONDS_BETWEEN_BEATS", 0.01)
    stop = threading.Event()
    clock = Clock().until(stop)

    def be_killed() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        post_wave([[BATCHES[0]]], lambda _: clock.sleep(3600), be_killed, stop)

    assert stop.is_set()


def test_wait_that_was_cut_short_is_not_the_failure_told() -> None:
    stop = threading.Event()
    clock = Clock().until(stop)

    def deliver(batch: Batch) -> None:
        if batch is BATCHES[0]:
            clock.sleep(3600)
        raise SegmentUnavailableError("away")

    failure = post_wave([[BATCHES[0]], [BATCHES[1]]], deliver, no_lease, stop)

    assert isinstance(failure, SegmentUnavailableError)
