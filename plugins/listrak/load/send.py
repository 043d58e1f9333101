"""The load, end to end: supersede, plan, check the key, and send what is pending, by waves.

A wave is about CALLS_AT_ONCE calls: read, posted without the warehouse being open, and recorded in
one transaction. Every removal is answered for before the first call without one is posted.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from listrak.connections import SegmentConnection
from listrak.load.batches import Event, Limits, batches, chains, fault, limits
from listrak.load.clock import Clock
from listrak.load.deliver import Delivery
from listrak.load.identify import IdentifyCall, Origin
from listrak.load.lease import Lease, leased
from listrak.load.pace import Pace
from listrak.load.pending import count_pending, pages
from listrak.load.plan import plan
from listrak.load.preflight import check_write_key
from listrak.load.progress import Progress
from listrak.load.receipts import Receipt, Receipts, record
from listrak.load.refusal import refuses_every_event
from listrak.load.retry import Poster
from listrak.load.segment import Segment
from listrak.load.supersede import supersede
from listrak.load.wave import post_wave
from listrak.warehouse.warehouse import Warehouse

CALLS_AT_ONCE = 20_000
SECONDS_OF_A_WAVE = 10.0  # at a low rate a wave is smaller, so that receipts are soon written

log = logging.getLogger(__name__)
SYSTEM_CLOCK = Clock()


@dataclass(frozen=True)
class SendTotals:
    """What a load did: calls sent and rejected, changes superseded, batches accepted."""

    sent: int
    rejected: int
    superseded: int
    batches: int


def send_pending(
    warehouse: Warehouse,
    connection: SegmentConnection,
    source: str,
    holder: str,
    run_id: str,
    clock: Clock = SYSTEM_CLOCK,
) -> SendTotals:
    """Send every pending change of `source`, whichever run decided it.

    `holder` names the task in the lease, without its try: a retry takes over. Raises
    LoadLeaseHeldError, SegmentUnavailableError, SegmentRefusedError, WriteKeyError or the
    warehouse's errors; what Segment accepted is recorded then, and the rest stays pending.
    """
    with leased(warehouse, source, holder, clock) as lease:
        with warehouse.transaction() as transaction:
            lease.renew(transaction)
            superseded = supersede(transaction, source)
        planned = plan(warehouse, lease, Origin.of(source, connection.write_key), run_id)
        pending = count_pending(warehouse, source)
        log.info(
            "Source %s: %d changes superseded, %d calls planned, %d calls pending",
            source,
            superseded,
            planned,
            pending,
        )
        progress = Progress(pending, clock)
        if pending:
            check_write_key(connection, clock)
            _send(Load(warehouse, lease, run_id, progress), connection)
    return SendTotals(progress.sent, progress.rejected, superseded, progress.batches)


def _send(load: Load, connection: SegmentConnection) -> None:
    rate, clock = connection.max_events_per_second, load.lease.clock
    stop = threading.Event()
    patient = clock.until(stop)
    segment = Segment(connection.host, connection.write_key, connection.timeout)
    poster = Poster(segment, connection.conn_id, Pace(rate, patient), patient, load.check_lease)
    limit = limits(connection.write_key, rate)
    at_most = min(CALLS_AT_ONCE, max(1, int(rate * SECONDS_OF_A_WAVE)))
    source = load.lease.source
    load.keep_lease()
    try:
        for calls in chain(
            pages(load.warehouse, source, at_most, removals=True),
            pages(load.warehouse, source, at_most, removals=False),
        ):
            load.send_wave(calls, poster, limit, stop)
        load.settle_doubt(connection.conn_id)
    finally:
        load.progress.say(at_once=True)


@dataclass
class Load:
    """The load of a source under way: sends waves and writes down what became of them.

    `doubtful`: refusals from before Segment accepted anything. They are about the events only once
    it has; a host that refuses everything must not turn a single call into `rejected`.
    """

    warehouse: Warehouse
    lease: Lease
    run_id: str
    progress: Progress
    is_trusted: bool = False
    doubtful: list[Receipt] = field(default_factory=list)
    renewed_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.renewed_at = self.lease.clock.now()

    def send_wave(
        self, calls: list[IdentifyCall], poster: Poster, limit: Limits, stop: threading.Event
    ) -> None:
        """Post the calls; what was answered is written down, also when this raises."""
        events = [Event.of(call) for call in calls]
        receipts = Receipts()
        delivery = Delivery(
            poster, receipts.given.append, lambda: self.is_trusted or receipts.has_sent
        )
        good = [event for event in events if not fault(event)]
        failure = None
        try:
            in_chains = chains(batches(good, limit))
            failure = post_wave(in_chains, delivery.deliver, self.keep_lease, stop)
        finally:
            self._write_down(_faulty(events) + self._certain(receipts))
        if failure:
            raise failure

    def settle_doubt(self, conn_id: str) -> None:
        """Raise where all that was posted was refused: it may be the host's fault, not theirs."""
        if self.doubtful:
            raise refuses_every_event(conn_id, self.doubtful[0].http_status)

    def check_lease(self) -> None:
        """Raise when the process was stopped for so long that the lease may be another's."""
        self.lease.check_fresh(self.renewed_at)

    def keep_lease(self) -> None:
        """Prolong the lease. Raises LoadLeaseHeldError when it is another's by now."""
        with self.warehouse.transaction() as transaction:
            self.lease.renew(transaction)
        self.renewed_at = self.lease.clock.now()

    def _certain(self, receipts: Receipts) -> list[Receipt]:
        """Return the receipts that can be written down by now; refusals may have to wait."""
        self.is_trusted = self.is_trusted or receipts.has_sent
        known = self.doubtful + receipts.given
        self.doubtful = [] if self.is_trusted else known
        return known if self.is_trusted else []

    def _write_down(self, given: list[Receipt]) -> None:
        record(self.warehouse, self.lease, self.run_id, given)
        self.renewed_at = self.lease.clock.now()
        self.progress.count(given)
        self.progress.say()


def _faulty(events: list[Event]) -> list[Receipt]:
    return [
        Receipt((event.message_id,), "rejected", attempts=0, error=why)
        for event in events
        if (why := fault(event))
    ]
