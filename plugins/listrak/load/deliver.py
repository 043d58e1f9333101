"""How one batch is delivered: a batch that is refused is bisected until the bad event is alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from listrak.load.batches import Batch
from listrak.load.receipts import Receipt
from listrak.load.refusal import refused, refuses_every_event
from listrak.load.retry import Poster
from listrak.load.segment import Answer, Outcome

PROBES = 16


@dataclass(frozen=True)
class Delivery:
    """Delivers batches; every piece that Segment answered for is given to `record` at once.

    `is_trusted`: whether Segment accepted anything yet, so that its refusals are about the events.
    """

    poster: Poster
    record: Callable[[Receipt], None]
    is_trusted: Callable[[], bool]

    def deliver(self, batch: Batch, earlier_posts: int = 0) -> None:
        """Post a batch until each of its events is accepted or refused on its own.

        Raises SegmentUnavailableError, SegmentRefusedError or WriteKeyError when an answer is about
        no single event; what was not answered for has no receipt then.
        """
        receipt, posts = self._post(batch, earlier_posts)
        if receipt:
            self.record(receipt)
            return
        if len(batch) > PROBES and not self.is_trusted():
            batch = self._probe(batch, posts)
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            if half:
                self.deliver(half, posts)

    def _probe(self, batch: Batch, earlier_posts: int) -> Batch:
        """Post some events alone and return the others; refuses a host that refuses them all.

        Each is the first of its address: the address's other events are later, and follow.
        """
        firsts = [
            index
            for index, event in enumerate(batch)
            if index == 0 or batch[index - 1].address != event.address
        ]
        chosen = [firsts[index] for index in evenly(len(firsts), PROBES)]
        receipts = [self._post((batch[index],), earlier_posts)[0] for index in chosen]
        given = [receipt for receipt in receipts if receipt]
        if all(receipt.status == "rejected" for receipt in given):
            raise refuses_every_event(self.poster.conn_id, given[0].http_status)
        for receipt in given:
            self.record(receipt)
        return tuple(event for index, event in enumerate(batch) if index not in chosen)

    def _post(self, batch: Batch, earlier_posts: int) -> tuple[Receipt | None, int]:
        """Return the batch's receipt, or None where it has to be split, and its posts so far."""
        answer, tries = self.poster.post(batch)
        posts = earlier_posts + tries
        if answer.outcome is Outcome.ACCEPTED:
            return self._receipt(batch, answer, posts), posts
        if answer.outcome is not Outcome.SPLIT:
            raise refused(answer, self.poster.conn_id)
        return (self._receipt(batch, answer, posts) if len(batch) == 1 else None), posts

    def _receipt(self, batch: Batch, answer: Answer, posts: int) -> Receipt:
        ids = tuple(event.message_id for event in batch)
        if answer.outcome is Outcome.ACCEPTED:
            now = self.poster.clock.now()
            return Receipt(ids, "sent", posts, http_status=answer.status, sent_at=now)
        reason = f"Segment {answer.seen}: {answer.message or 'no reason given'}"
        return Receipt(ids, "rejected", posts, http_status=answer.status, error=reason)


def evenly(count: int, chosen: int) -> Sequence[int]:
    """Return `chosen` of `count` indexes, or all, spread evenly."""
    return range(count) if count <= chosen else [index * count // chosen for index in range(chosen)]
