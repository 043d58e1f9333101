"""A load that a test kills: python killed_load.py FILE HOST."""

import sys
from pathlib import Path

from listrak.connections import SegmentConnection
from listrak.load.send import send_pending
from listrak.warehouse.duckdb.file import DuckDBFile

send_pending(
    DuckDBFile("w", Path(sys.argv[1])),
    SegmentConnection("segment_test", sys.argv[2], "key", max_events_per_second=400),
    source="Listrak_Test",
    holder="dag/run/send",
    run_id="killed",
)
