"""What the task's log says while calls are sent: counts, never an address."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from listrak.load.clock import Clock
from listrak.load.receipts import Receipt

SECONDS_BETWEEN_LINES = 10.0

log = logging.getLogger(__name__)


@dataclass
class Progress:
    """Counts of the load so far. `pending`: calls that waited when it began."""

    pending: int
    clock: Clock
    batches: int = 0
    sent: int = 0
    rejected: int = 0
    began: float = field(init=False)
    last_line: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.last_line = self.clock.monotonic()

    def count(self, receipts: Iterable[Receipt]) -> None:
        """Add receipts that were written down."""
        for receipt in receipts:
            if receipt.status == "sent":
                self.sent += len(receipt.message_ids)
                self.batches += 1
            else:
                self.rejected += len(receipt.message_ids)

    def say(self, at_once: bool = False) -> None:
        """Write a line, unless the last one is less than SECONDS_BETWEEN_LINES old."""
        now = self.clock.monotonic()
        if at_once or now - self.last_line >= SECONDS_BETWEEN_LINES:
            self.last_line = now
            log.info(
                "%d batches, %d events (%.0f a second): %d sent, %d rejected; %d pending",
                self.batches,
                self.sent + self.rejected,
                (self.sent + self.rejected) / max(now - self.began, 0.001),
                self.sent,
                self.rejected,
                self.remaining,
            )

    @property
    def remaining(self) -> int:
        """Return how many calls are still without a receipt."""
        return self.pending - self.sent - self.rejected
