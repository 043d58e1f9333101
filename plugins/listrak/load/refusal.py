"""The errors for answers that are about no single event: pure. What to do stands in each."""

from __future__ import annotations

from listrak.errors import SegmentRefusedError, SegmentUnavailableError, WriteKeyError
from listrak.load.segment import Answer, Outcome


def unavailable(answer: Answer, conn_id: str, tries: int) -> SegmentUnavailableError:
    """Return the error for an answer that may pass by itself, but did not in `tries` tries."""
    return SegmentUnavailableError(
        f"Connection `{conn_id}`: Segment {answer.seen} at try {tries}. What it accepted is kept "
        "as sent; the rest stays pending and is sent again under its ids. The task tries again.",
        retry_after=answer.retry_after,
    )


def refused(answer: Answer, conn_id: str) -> SegmentRefusedError:
    """Return the error for an answer that does not pass by itself."""
    if answer.outcome is Outcome.UNKNOWN_KEY:
        return WriteKeyError(
            f"Connection `{conn_id}`: Segment {answer.seen} and says the write key is invalid. "
            "What has no receipt stays pending. Put the write key of the Segment source into the "
            "connection's password, and run the task again."
        )
    return SegmentRefusedError(
        f"Connection `{conn_id}`: Segment {answer.seen}. What it accepted before is kept as sent; "
        "the rest stays pending. Check the connection's host and write key and what stands "
        "between (a proxy?), and run the task again."
    )


def refuses_every_event(conn_id: str, status: int | None) -> SegmentRefusedError:
    """Return the error for a host that accepts no event, whichever."""
    return SegmentRefusedError(
        f"Connection `{conn_id}`: Segment refuses every event (answered {status}), so the fault is "
        "perhaps not the events'. Nothing was accepted or rejected; every call stays pending, and "
        "the next run sends it again: once Segment accepts another, a bad event is told apart. "
        "Check the connection's host and what stands between (a proxy?)."
    )
