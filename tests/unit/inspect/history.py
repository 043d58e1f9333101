"""A small history of two lists, known in full: what the saved queries are asked about.

list 1, by day      0        0.5 (backfilled)  1         2             3
  ann               on       on                on        user id A1    user id A1
  bob (user id 7)   on       on                gone      on again      on
  cat                        on                on        on            on
  eve                                                                  on: not sent yet
list 2, by day                                           2             3
  ann                                                    on            the read is empty: held
  dan                                                    on: refused by Segment
list 3, by day      0                          1
  gus               on                         gone
  hal               on                         on, subscribed anew on day 0.75
  ida                                          on, since day 0.75
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest

from listrak.diff.guard import Guard
from listrak.diff.rules import Rules
from listrak.errors import MassRemovalError
from listrak.load.clock import Clock
from listrak.load.identify import Origin
from listrak.load.lease import leased
from listrak.load.pending import pages
from listrak.load.plan import plan
from listrak.load.receipts import Receipt, record
from listrak.load.supersede import supersede
from listrak.report.summary import summarize_run
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import contacts
from tests.unit.diff.deciding import DAY, FIRST, decide_all, key, snapshot

RULES = {1: Rules("T_1", guard=Guard(removed_contacts=5)), 2: Rules("T_2"), 3: Rules("T_3")}
REFUSED = "dan@x"


def live(warehouse: Warehouse) -> None:
    """Let all of it happen."""
    take(warehouse, 0, {"ann@x": None, "bob@x": "7"})
    take(warehouse, 0, {"gus@x": None, "hal@x": None}, list_id=3)
    take(warehouse, 1, {"ann@x": None, "cat@x": None})
    anew = contacts({"hal@x": None, "ida@x": None}, FIRST + 0.75 * DAY)
    stage_contacts(warehouse, key(1, 3), Kind.OBSERVED, f"run-{FIRST + DAY}", [anew])
    decide_all(warehouse, key(1, 3), RULES[3])
    send(warehouse, FIRST + DAY + DAY / 12)
    take(warehouse, 2, {"ann@x": "A1", "bob@x": "7", "cat@x": None})
    take(warehouse, 2, {"ann@x": "A1", REFUSED: None}, list_id=2)
    backfilled = {"ann@x": None, "bob@x": "7", "cat@x": None}
    snapshot(warehouse, key(0.5), backfilled, RULES[1], Kind.RECONSTRUCTED)
    on_day_3 = {"ann@x": "A1", "bob@x": "7", "cat@x": None, "eve@x": None}
    snapshot(warehouse, key(3), on_day_3, RULES[1])
    with pytest.raises(MassRemovalError):
        snapshot(warehouse, key(3, list_id=2), {}, RULES[2])
    report(warehouse, 3)


def take(
    warehouse: Warehouse, day: int, subscribed: Mapping[str, str | None], list_id: int = 1
) -> None:
    """Take a snapshot, and send what it changed two hours later."""
    snapshot(warehouse, key(day, list_id), subscribed, RULES[list_id])
    send(warehouse, FIRST + day * DAY + DAY / 12)
    report(warehouse, day)


def send(warehouse: Warehouse, now: datetime) -> None:
    run_id = f"run-{now - DAY / 12}"
    clock = Clock(lambda: now, lambda: 0.0, lambda _: None)
    with leased(warehouse, "src", "holder", clock) as lease:
        with warehouse.transaction() as transaction:
            supersede(transaction, "src")
        plan(warehouse, lease, Origin.of("src", "key"), run_id)
        for removals in (True, False):
            for page in pages(warehouse, "src", 10, removals=removals):
                receipts = [answer(call.message_id, call.anonymous_id, now) for call in page]
                record(warehouse, lease, run_id, receipts)


def answer(message_id: str, address: str, now: datetime) -> Receipt:
    refused = address == REFUSED
    return Receipt(
        (message_id,),
        "rejected" if refused else "sent",
        attempts=1,
        http_status=400 if refused else 200,
        error="Segment says no" if refused else None,
        sent_at=None if refused else now,
    )


def report(warehouse: Warehouse, day: int) -> None:
    started = FIRST + day * DAY
    summarize_run(warehouse, "src", f"run-{started}", started, started + DAY / 12)
