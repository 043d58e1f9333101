"""A process that is killed while Segment has accepted what it has no receipt for."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from listrak.load.send import send_pending
from listrak.warehouse.duckdb.file import DuckDBFile
from tests.unit.conftest import Query
from tests.unit.load.pending_changes import SOURCE, Change, add_changes, by_arrival, many
from tests.unit.load.scripted_segment import Reply, ScriptedSegment, Sent

ROOT = Path(__file__).parents[3]


def test_killed_load_is_carried_on_by_its_retry(
    duckdb_file: DuckDBFile, segment: ScriptedSegment, query: Query
) -> None:
    add_changes(duckdb_file, many(500, Change("")))
    reached = threading.Event()

    def judge(_: list[Sent]) -> Reply:
        if len(segment.posts) < 3:
            return Reply()
        reached.set()
        return Reply(fault="hang", accepts=True)

    segment.judge = judge
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("killed_load.py"), duckdb_file.path, segment.url],
        env={**os.environ, "PYTHONPATH": str(ROOT / "plugins")},
    )
    assert reached.wait(60)
    process.send_signal(signal.SIGKILL)
    process.wait()
    killed = {event["messageId"]: event for event in segment.accepted}
    segment.judge = lambda _: Reply()

    send_pending(duckdb_file, segment.connection(), SOURCE, "dag/run/send", "retry")

    assert len(killed) >= 250
    assert len(by_arrival(segment.accepted)) == 500
    assert len({event["messageId"] for event in segment.accepted}) == 500
    again = [event for event in segment.accepted if event["messageId"] in killed]
    assert all(event == killed[event["messageId"]] for event in again)
    assert query("select distinct status from trait_changes") == [("sent",)]
