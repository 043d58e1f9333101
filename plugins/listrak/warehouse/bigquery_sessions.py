"""Finds sessions that a task left open when it was killed: their transaction locks others out.

BigQuery itself ends a session after a day; until then its transaction is open, and whoever changes
the same table is undone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from google.cloud.bigquery import Client

from listrak.warehouse.bigquery_statements import ENGINE, LABELS
from listrak.warehouse.dialect import written_for

# No step of a task leaves that long between two statements.
IDLE = timedelta(minutes=15)
LONGEST = timedelta(days=1)


@dataclass(frozen=True)
class Seen:
    """A statement of a session. `ended_at`: None while it runs."""

    session_id: str
    text: str
    ended_at: datetime | None


def left_open(statements: Iterable[Seen], now: datetime) -> list[str]:
    """Return the sessions that nobody ended and in which nothing has happened for long. Pure."""
    last: dict[str, datetime] = {}
    closed: set[str] = set()
    end = written_for(ENGINE, f"{ENGINE}/end_session").text.strip()
    for each in statements:
        if each.ended_at is None or each.text.strip() == end:
            closed.add(each.session_id)
        else:
            last[each.session_id] = max(each.ended_at, last.get(each.session_id, each.ended_at))
    return [each for each in last if each not in closed and last[each] < now - IDLE]


def own_statements(client: Client, now: datetime) -> list[Seen]:
    """Return this account's statements of the last day that belong to one of our sessions."""
    return [
        Seen(job.session_info.session_id, job.query, job.ended)
        for job in client.list_jobs(min_creation_time=now - LONGEST)
        if getattr(job, "session_info", None) and job.labels == LABELS
    ]
