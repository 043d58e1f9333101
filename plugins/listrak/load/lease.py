"""One load per source at a time: a lease in the warehouse that expires when its holder dies."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from listrak.errors import LoadLeaseHeldError, RetriableError
from listrak.load.clock import Clock
from listrak.warehouse.warehouse import Parameter, Transaction, Warehouse

TIME_TO_LIVE = timedelta(minutes=10)
# A holder that died is mostly back much sooner, as its own retry, and then gives the lease back.
ASK_AGAIN_AFTER = 60.0  # seconds

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lease:
    """The right of `holder` to send for `source`; a retry has the same holder and takes it over."""

    source: str
    holder: str
    clock: Clock

    def acquire(self, transaction: Transaction) -> None:
        """Take the lease. Raises LoadLeaseHeldError, with when to ask again, if held."""
        now = self.clock.now()
        lease: dict[str, Parameter] = {
            "source": self.source,
            "holder": self.holder,
            "expires_at": now + TIME_TO_LIVE,
        }
        # The clocks of two workers may differ: only a lease far ahead is nonsense.
        credible: dict[str, Parameter] = {"now": now, "latest_credible": now + 2 * TIME_TO_LIVE}
        if transaction.execute("load/take_lease", **lease, **credible):
            return
        found = transaction.fetch("load/find_lease", source=self.source).to_pylist()
        if found:
            raise self._held(found[0]["holder"], found[0]["expires_at"], now)
        transaction.execute("load/begin_lease", **lease)

    def renew(self, transaction: Transaction) -> None:
        """Make sure the lease is still ours, and prolong it: part of every step's transaction.

        Raises LoadLeaseHeldError when it is not; the step must not be kept then.
        """
        renewed = transaction.execute(
            "load/renew_lease",
            source=self.source,
            holder=self.holder,
            expires_at=self.clock.now() + TIME_TO_LIVE,
        )
        if not renewed:
            raise self._lost()

    def check_fresh(self, renewed_at: datetime) -> None:
        """Raise LoadLeaseHeldError when the lease, renewed then, may be another load's by now."""
        if self.clock.now() - renewed_at >= TIME_TO_LIVE:
            raise self._lost()

    def _held(self, by: str, until: datetime, now: datetime) -> LoadLeaseHeldError:
        return LoadLeaseHeldError(
            f"Source `{self.source}`: {by} is sending until {until:%Y-%m-%d %H:%M:%S} UTC at "
            "least. Nothing was sent by this task; what is pending stays so. The task tries again.",
            retry_after=min((until - now).total_seconds(), ASK_AGAIN_AFTER),
        )

    def _lost(self) -> LoadLeaseHeldError:
        return LoadLeaseHeldError(
            f"Source `{self.source}`: this load was held up for so long that another may have "
            "taken over. The calls it has no receipt for are still pending and are sent again "
            "under their ids. The task tries again.",
            retry_after=ASK_AGAIN_AFTER,
        )

    def release(self, transaction: Transaction) -> None:
        """Give the lease back, if it is still ours."""
        transaction.execute("load/release_lease", source=self.source, holder=self.holder)


@contextmanager
def leased(warehouse: Warehouse, source: str, holder: str, clock: Clock) -> Iterator[Lease]:
    """Hold the lease of `source` for a block, and give it back however the block ends."""
    lease = Lease(source, holder, clock)
    with warehouse.transaction() as transaction:
        lease.acquire(transaction)
    try:
        yield lease
    finally:
        _give_back(warehouse, lease)


def _give_back(warehouse: Warehouse, lease: Lease) -> None:
    """Release; a warehouse that cannot be reached now must not hide how the load ended."""
    try:
        with warehouse.transaction() as transaction:
            lease.release(transaction)
    except RetriableError:
        log.warning(
            "The lease of source %s could not be given back; it expires by itself", lease.source
        )
