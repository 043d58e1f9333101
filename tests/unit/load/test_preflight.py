import logging
from collections.abc import Callable

import pytest

from listrak.errors import SegmentUnavailableError, WriteKeyError
from listrak.load.preflight import TRIES, check_write_key
from tests.unit.load.conftest import Watch
from tests.unit.load.scripted_segment import WRITE_KEY, Reply, ScriptedSegment


def test_known_key_passes(segment: ScriptedSegment, watch: Watch) -> None:
    check_write_key(segment.connection(settings=True), watch.clock())

    assert segment.settings_paths == [f"/projects/{WRITE_KEY}/settings"]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_unknown_key_is_named_by_its_connection(
    segment: ScriptedSegment, watch: Watch, status: int
) -> None:
    segment.settings_replies = [Reply(status)]

    with pytest.raises(
        WriteKeyError, match=r"`segment_test`.*200 to a wrong key.*nothing was sent"
    ):
        check_write_key(segment.connection(settings=True), watch.clock())

    assert len(segment.settings_paths) == 1


def test_passing_failure_is_tried_again(segment: ScriptedSegment, watch: Watch) -> None:
    segment.settings_replies = [Reply(503), Reply(fault="reset"), Reply(429)]

    check_write_key(segment.connection(settings=True), watch.clock())

    assert len(segment.settings_paths) == 4


def test_no_telling_answer_names_the_setting(segment: ScriptedSegment, watch: Watch) -> None:
    segment.settings_replies = [Reply(503)] * TRIES

    with pytest.raises(SegmentUnavailableError, match='`settings_url` to "off"'):
        check_write_key(segment.connection(settings=True), watch.clock())

    assert len(segment.settings_paths) == TRIES


def test_check_can_be_off(
    segment: ScriptedSegment, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    check_write_key(segment.connection(settings=False), watch.clock())

    assert segment.settings_paths == []
    assert "not checked" in caplog.text


@pytest.mark.parametrize("reply", [Reply(404), Reply(500), Reply(fault="reset")])
def test_key_is_never_shown(
    segment: ScriptedSegment,
    watch: Watch,
    reply: Reply,
    caplog: pytest.LogCaptureFixture,
    everything_said: Callable[[BaseException], str],
) -> None:
    caplog.set_level(logging.DEBUG)
    segment.settings_replies = [reply] * TRIES

    with pytest.raises((WriteKeyError, SegmentUnavailableError), match="segment_test") as caught:
        check_write_key(segment.connection(settings=True), watch.clock())

    assert WRITE_KEY not in caplog.text + everything_said(caught.value)
