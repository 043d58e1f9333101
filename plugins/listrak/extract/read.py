"""One list's contacts as Arrow tables, a few pages at a time."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from listrak.extract.client import ContactQuery, ListrakClient
from listrak.extract.contact import ContactPage
from listrak.extract.rows import LONGEST, ListRead, contact_rows, has_overlong_user_id

ROWS_PER_TABLE = 50_000
_REPORT_EVERY = 10.0  # seconds
# Naive local dates come twice in the hour of a clock change, and clocks differ.
_DATE_MARGIN = timedelta(hours=3)

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
    read: ListRead,
    progress: Callable[[Progress], None] = log_progress,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[pa.Table]:
    """Yield the contacts of a list as tables of CONTACT_ROWS, about ROWS_PER_TABLE rows each.

    As it is now: the subscribed ones. As of a moment: these and those that unsubscribed since; each
    with its state at that moment. An address may come more than once: Listrak's pages are no
    snapshot. Nothing is yielded for an empty list. `progress` is called about every ten seconds and
    at the end. Raises what ListrakClient raises; what was yielded before is then incomplete.
    """
    subscribed = ContactQuery(read.list_id, profile_field_ids=read.profile_field_ids)
    pages = client.contact_pages(subscribed)
    if read.as_of:
        pages = chain(pages, client.contact_pages(_unsubscribed(read, read.as_of)))
    return _tables(pages, read, progress, clock)


def read_unsubscribes(
    client: ListrakClient,
    read: ListRead,
    since: datetime,
    progress: Callable[[Progress], None] = log_progress,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[pa.Table]:
    """Yield who unsubscribed from a list since a time (naive UTC), as `read_contacts` does.

    Only those whose state is `unsubscribed` at the read's moment.
    """
    pages = client.contact_pages(_unsubscribed(read, since))
    for table in _tables(pages, read, progress, clock):
        yield table.filter(pc.field("state") == pc.scalar("unsubscribed"))


def _unsubscribed(read: ListRead, since: datetime) -> ContactQuery:
    local = since.replace(tzinfo=UTC).astimezone(ZoneInfo(read.timezone)).replace(tzinfo=None)
    return ContactQuery(
        read.list_id,
        "Unsubscribed",
        profile_field_ids=read.profile_field_ids,
        start_date=local - _DATE_MARGIN,
    )


def _tables(
    pages: Iterable[ContactPage],
    read: ListRead,
    progress: Callable[[Progress], None],
    clock: Callable[[], float],
) -> Iterator[pa.Table]:
    started = reported = clock()
    page_count = contacts = overlong = 0
    tables: list[pa.Table] = []
    for page in pages:
        tables.append(contact_rows(page.contacts, read))
        overlong += sum(has_overlong_user_id(each, read.user_id_field) for each in page.contacts)
        page_count, contacts, now = page_count + 1, contacts + len(page.contacts), clock()
        if now - reported >= _REPORT_EVERY:
            reported = now
            progress(Progress(read.list_id, page_count, contacts, now - started))
        if sum(map(len, tables)) >= ROWS_PER_TABLE:
            yield pa.concat_tables(tables)
            tables = []
    if any(map(len, tables)):
        yield pa.concat_tables(tables)
    progress(Progress(read.list_id, page_count, contacts, clock() - started))
    if overlong:
        _warn_of_overlong_user_ids(read, overlong)


def _warn_of_overlong_user_ids(read: ListRead, count: int) -> None:
    _log.warning(
        "List %s: %d user ids are longer than %s bytes. These contacts are taken as having none; "
        "correct profile field %s in Listrak, or choose another `user_id_field`.",
        read.list_id,
        count,
        f"{LONGEST:,}",
        read.user_id_field,
    )
