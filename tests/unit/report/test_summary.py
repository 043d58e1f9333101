from __future__ import annotations

from datetime import datetime, timedelta

from listrak.diff.decide import decide
from listrak.diff.rules import Rules
from listrak.report.summary import RunSummary, summarize_run, with_counts
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import contacts

AT = datetime(2026, 1, 1)
END = AT + timedelta(seconds=90)


def test_run_counts_what_it_read_and_decided(warehouse: Warehouse) -> None:
    for list_id, subscribed in ((1, {"a@x": "1", "b@x": None}), (2, {"a@x": "1"})):
        key = SnapshotKey("src", list_id, AT)
        stage_contacts(warehouse, key, Kind.OBSERVED, "run", [contacts(subscribed)])
        decide(warehouse, key, Rules("T"), AT)

    summary = summarize_run(warehouse, "src", "run", AT, END)

    assert summary == RunSummary(
        extracted=3, added=3, removed=0, re_identified=0, sent=0, superseded=0, held=0,
        rejected=0, pending=3, historical=0, duration=90.0,
    )  # fmt: skip
    assert str(summary) == (
        "extracted 3, added 3, removed 0, re-identified 0, sent 0, superseded 0, held 0, "
        "rejected 0, pending 3, historical 0; 90.0 s"
    )


def test_dry_run_counts_what_it_found() -> None:
    nothing = RunSummary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1.0)
    found: dict[str, int | str | None] = {
        "extracted": 5,
        "added": 3,
        "removed": 2,
        "re_identified": 1,
        "status": "dry_run",
    }

    summary = with_counts(nothing, [found, found])

    assert (summary.extracted, summary.added, summary.removed) == (10, 6, 4)
    assert (summary.re_identified, summary.sent, summary.pending) == (2, 0, 0)


def test_run_that_did_nothing_is_all_zeros_and_reported_anew(warehouse: Warehouse) -> None:
    summarize_run(warehouse, "src", "run", AT, END)

    assert summarize_run(warehouse, "src", "run", AT, AT).duration == 0
