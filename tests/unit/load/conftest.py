import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from listrak.connections import SegmentConnection
from listrak.load.clock import Clock
from listrak.load.send import SendTotals, send_pending
from listrak.warehouse.warehouse import Warehouse
from tests.unit.load.pending_changes import SOURCE
from tests.unit.load.scripted_segment import ScriptedSegment, scripted_segment

START = datetime(2026, 6, 1, 12)


class Watch:
    """A clock that only sleeping moves, and that remembers every sleep."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.sleeps: list[float] = []
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.sleeps.append(seconds)
            self.seconds += seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def clock(self) -> Clock:
        return Clock(self.now, lambda: self.seconds, self.sleep)


@pytest.fixture
def segment() -> Iterator[ScriptedSegment]:
    with scripted_segment() as script:
        yield script


@pytest.fixture
def watch() -> Watch:
    return Watch()


Send = Callable[..., SendTotals]


@pytest.fixture
def send(warehouse: Warehouse, segment: ScriptedSegment, watch: Watch) -> Send:
    """Send what is pending to the scripted Segment."""

    def run(
        connection: SegmentConnection | None = None, holder: str = "dag/run/send", run_id: str = "r"
    ) -> SendTotals:
        return send_pending(
            warehouse,
            connection or segment.connection(),
            source=SOURCE,
            holder=holder,
            run_id=run_id,
            clock=watch.clock(),
        )

    return run


@pytest.fixture
def everything_said() -> Callable[[BaseException], str]:
    """The text of an error and of all that is chained to it."""

    def texts(error: BaseException | None) -> str:
        if error is None:
            return ""
        return f"{error!r} {error} {texts(error.__cause__)} {texts(error.__context__)}"

    return texts
