"""One list's subscribed contacts as Arrow tables, a few pages at a time."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa

from listrak.extract.client import ContactQuery, ListrakClient
from listrak.extract.rows import contact_rows

ROWS_PER_TABLE = 50_000
_REPORT_EVERY = 10.0  # seconds

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """How far a read has come."""

    list_id: int
    pages: int
    contacts: int
    seconds: float

    def __str__(self) -> str:
        """Return it in words."""
        rate = self.contacts / max(self.seconds, 0.001)
        return (
            f"List {self.list_id}: {self.pages:,} pages, {self.contacts:,} contacts read in "
            f"{self.seconds:,.0f} s ({rate:,.0f} contacts/s)"
        )


def log_progress(progress: Progress) -> None:
    """Write the progress to the log."""
    _log.info("%s", progress)


def read_contacts(
    client: ListrakClient,
    list_id: int,
    user_id_field: int | None,
    timezone: str,
    progress: Callable[[Progress], None] = log_progress,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[pa.Table]:
    """Yield the subscribed contacts of a list as tables of CONTACT_ROWS, about ROWS_PER_TABLE each.

    An address may come more than once: Listrak's pages are no snapshot. Nothing is yielded for an
    empty list. `timezone`: that of Listrak's dates. `progress` is called about every ten seconds
    and at the end. Raises what ListrakClient raises; what was yielded before is then incomplete.
    """
    zone = ZoneInfo(timezone)
    fields = () if user_id_field is None else (user_id_field,)
    query = ContactQuery(list_id, profile_field_ids=fields)
    started = reported = clock()
    pages = contacts = 0
    tables: list[pa.Table] = []
    for page in client.contact_pages(query):
        tables.append(contact_rows(page.contacts, user_id_field, zone))
        pages, contacts, now = pages + 1, contacts + len(page.contacts), clock()
        if now - reported >= _REPORT_EVERY:
            reported = now
            progress(Progress(list_id, pages, contacts, now - started))
        if sum(map(len, tables)) >= ROWS_PER_TABLE:
            yield pa.concat_tables(tables)
            tables = []
    if any(map(len, tables)):
        yield pa.concat_tables(tables)
    progress(Progress(list_id, pages, contacts, clock() - started))
