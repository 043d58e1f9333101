"""Finds sessions that a task left open when it was killed: their transaction locks others out.

BigQuery itself ends a session a day after its last statement; until then its transaction is open,
and whoever changes the same table is undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from google.cloud.bigquery import Client

from listrak.warehouse.bigquery.errors import CLIENT_ERRORS
from listrak.warehouse.bigquery.statements import (
    LABELS,
    REQUEST_SECONDS,
    Statements,
    patience,
)

# No step of a task leaves that long between two statements.
IDLE = timedelta(minutes=15)
LONGEST = timedelta(days=2)
END = "bq.abort_session"  # of the statement that ends a session


@dataclass(frozen=True)
class Seen:
    """A statement of a session. `ended_at`: None while it runs."""

    session_id: str
    text: str
    ended_at: datetime | None


def left_open(statements: Iterable[Seen]) -> list[str]:
    """Return the sessions that nobody ended and in which nothing has happened for long. Pure.

    Long before the newest statement that has ended, so all times are by BigQuery's own clock.
    """
    last: dict[str, datetime] = {}
    closed: set[str] = set()
    for each in statements:
        if each.ended_at is None or END in each.text:
            closed.add(each.session_id)
        if each.ended_at is not None:
            last[each.session_id] = max(each.ended_at, last.get(each.session_id, each.ended_at))
    newest = max(last.values(), default=None)
    return [
        each
        for each in last
        if newest is not None and each not in closed and last[each] < newest - IDLE
    ]


def end_left_open(client: Client) -> int:
    """End the sessions that this account's tasks left open; return how many there were."""
    count = 0
    for session_id in left_open(_own_statements(client)):
        with suppress(*CLIENT_ERRORS):  # BigQuery, or another task, has ended it
            Statements(client).end_other(session_id)
            count += 1
    return count


def _own_statements(client: Client) -> list[Seen]:
    """Return this account's statements of late that belong to one of this program's sessions."""
    since = datetime.now(UTC) - LONGEST
    return [
        Seen(job.session_info.session_id, job.query, job.ended)
        for job in client.list_jobs(
            min_creation_time=since, retry=patience(), timeout=REQUEST_SECONDS
        )
        if getattr(job, "session_info", None) and job.labels == LABELS
    ]
