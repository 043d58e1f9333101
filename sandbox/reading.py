"""Reading a list's contacts page by page: what was asked, which contacts match, the cursors."""

from __future__ import annotations

import base64
import random
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from sandbox.resources import Quirks
from sandbox.world import Contact

START = "Start"
MOST_FIELDS = 30
_MOST_CONTACTS = 5000
_MOST_CURSORS = 1000
MOST_MOVING = 3  # contacts that change places from one page of a read to the next
# Encodes as "+/+/", and 19 bytes end in "==": whoever forgets to quote a cursor finds out here.
_AWKWARD = b"\xfb\xff\xbf"


class InvalidParameterError(Exception):
    """A parameter has a value the API does not take; the argument is its name."""


class TooManyFieldsError(Exception):
    """More than 30 profile fields were asked for."""


@dataclass(frozen=True)
class ContactQuery:
    """The parameters of one read; every page has to repeat them."""

    list_id: int
    subscribed: bool
    field_ids: tuple[int, ...]
    count: int
    start: datetime | None
    end: datetime | None
    original: bool
    external_id: str | None

    @property
    def is_full(self) -> bool:
        """Whether this reads every subscribed contact."""
        return self.subscribed and not (self.start or self.end or self.external_id)


def contact_query(list_id: int, query: Mapping[str, str], zone: ZoneInfo) -> ContactQuery:
    """Parse the parameters; InvalidParameterError or TooManyFieldsError where they are wrong."""
    return ContactQuery(
        list_id=list_id,
        subscribed=_choice(query, "subscriptionState", {"Subscribed": True, "Unsubscribed": False}),
        field_ids=field_ids(query),
        count=_count(query),
        start=_date(query, "startDate", zone),
        end=_date(query, "endDate", zone),
        original=_choice(query, "useOriginalSubscribeDate", {"true": True, "false": False}),
        external_id=query.get("externalContactId"),
    )


def field_ids(query: Mapping[str, str]) -> tuple[int, ...]:
    """Return the profile field ids asked for."""
    texts = [text for text in query.get("segmentationFieldIds", "").split(",") if text]
    if len(texts) > MOST_FIELDS:
        raise TooManyFieldsError
    try:
        return tuple(int(text) for text in texts)
    except ValueError:
        raise InvalidParameterError("segmentationFieldIds") from None


def _choice(query: Mapping[str, str], name: str, choices: Mapping[str, bool]) -> bool:
    by_lower = {choice.lower(): meaning for choice, meaning in choices.items()}
    try:
        return by_lower[query.get(name, next(iter(choices))).lower()]
    except KeyError:
        raise InvalidParameterError(name) from None


def _count(query: Mapping[str, str]) -> int:
    text = query.get("count", "1000")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _MOST_CONTACTS:
        raise InvalidParameterError("count")
    return int(text)


def _date(query: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime | None:
    """Take what clients are seen to send: ISO 8601 (an offset is converted) or mm-dd-yyyy."""
    text = query.get(name)
    if text is None:
        return None
    for parse in (datetime.fromisoformat, _american):
        try:
            date = parse(text)
        except ValueError:
            continue
        return date.astimezone(zone).replace(tzinfo=None) if date.tzinfo else date
    raise InvalidParameterError(name)


def _american(text: str) -> datetime:
    return datetime.strptime(text, "%m-%d-%Y")  # noqa: DTZ007 (Listrak's dates carry no zone)


def matching(contacts: Sequence[Contact], query: ContactQuery) -> list[Contact]:
    """Return the contacts a read gives: by state, and by the date its filters mean."""
    if query.external_id:
        return []  # the sandbox's contacts have none
    found = [contact for contact in contacts if contact.subscribed == query.subscribed]
    if query.start or query.end:
        found = [contact for contact in found if _in_window(contact, query)]
    return found


def _in_window(contact: Contact, query: ContactQuery) -> bool:
    text = contact.unsubscribe_date
    if query.subscribed:
        text = contact.subscribe_date if query.original else contact.last_subscribed
    if not text:
        return False
    date = datetime.fromisoformat(text)
    if query.start and date < query.start:
        return False
    exclusive = query.subscribed and not query.original
    return not query.end or date < query.end or (date == query.end and not exclusive)


def pages_of(contacts: list[Contact], count: int, quirks: Quirks) -> list[list[Contact]]:
    """Cut contacts into pages; at least one, which may be empty."""
    if quirks.shuffled:
        contacts = random.Random(len(contacts)).sample(contacts, len(contacts))
    count = min(count, quirks.most_per_page or count)
    step = max(1, count - 1) if quirks.repeats else count
    pages = [contacts[at : at + step] for at in range(0, len(contacts), step)] or [[]]
    if quirks.repeats and count > 1:
        pages = pages[:1] + [[before[-1], *page] for before, page in pairwise(pages)]
    if quirks.empty_page:
        pages.insert(len(pages) // 2, [])
    return pages


def moved(pages: Sequence[list[Contact]], given: int, source: random.Random) -> list[list[Contact]]:
    """Return the pages with some contacts of the first `given` in the place of some of the rest."""
    found = [list(page) for page in pages]
    spots = [(page, at) for page, contacts in enumerate(found) for at in range(len(contacts))]
    before = [spot for spot in spots if spot[0] < given]
    after = spots[len(before) :]
    count = source.randint(0, min(MOST_MOVING, len(before), len(after)))
    for (page, at), (later, place) in zip(
        source.sample(before, count), source.sample(after, count), strict=True
    ):
        found[page][at], found[later][place] = found[later][place], found[page][at]
    return found


@dataclass(frozen=True)
class Place:
    """A page of a read in progress, which sees the contacts as they were at its start.

    Unless they move: `moves` then says where to.
    """

    query: ContactQuery
    pages: list[list[Contact]]
    page: int = 0
    moves: random.Random | None = None

    def following(self) -> Place:
        """Return the next page's place."""
        given = self.page + 1
        pages = moved(self.pages, given, self.moves) if self.moves else self.pages
        return replace(self, pages=pages, page=given)

    @property
    def is_last(self) -> bool:
        """Whether no page follows."""
        return self.page + 1 == len(self.pages)


class Cursors:
    """Opaque cursors to places; the oldest are forgotten. A cursor can be used again."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._lock = threading.Lock()

    def issue(self, place: Place) -> str:
        """Return a new cursor that leads to the place."""
        cursor = base64.b64encode(_AWKWARD + secrets.token_bytes(16)).decode()
        with self._lock:
            self._places[cursor] = place
            if len(self._places) > _MOST_CURSORS:
                del self._places[next(iter(self._places))]
        return cursor

    def follow(self, cursor: str, query: ContactQuery) -> Place:
        """Return the cursor's place; InvalidParameterError if unknown or for another query."""
        place = self._places.get(cursor)
        if place is None or place.query != query:
            raise InvalidParameterError("cursor")
        return place

    def forget(self) -> None:
        """Invalidate every cursor."""
        with self._lock:
            self._places.clear()
