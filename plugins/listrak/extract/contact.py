"""What Listrak's Email API answers with, as typed values.

Members that are not read here are ignored: Listrak calls new ones a non-breaking change. Contacts
are taken as they come (`object`): one odd value must not cost a whole list. A missing or null list
of contacts (`data`) is an error, because it would read as a list that everybody has left.
"""

import json
import math
import re
from typing import Generic, TypeVar
from urllib.parse import unquote

import msgspec

T = TypeVar("T")
_CURSOR_PARAMETER = re.compile(r"(?:^|[?&])cursor=([^&#]+)", re.IGNORECASE)


class NotAnAnswerError(ValueError):
    """A body that is not what the API documents: not JSON, cut short, or of another shape."""


class ProfileValue(
    msgspec.Struct, frozen=True, gc=False, rename={"field_id": "segmentationFieldId"}
):
    """The value of one profile field; documented as a number and a string."""

    field_id: object = None
    value: object = None


class Contact(
    msgspec.Struct,
    frozen=True,
    gc=False,
    rename={
        "email": "emailAddress",
        "key": "emailKey",
        "state": "subscriptionState",
        "subscribed": "subscribeDate",
        "resubscribed": "resubscribeDate",
        "unsubscribed": "unsubscribeDate",
        "profile": "segmentationFieldValues",
    },
):
    """One address of a list. Dates as written: naive text, in Listrak's own time zone."""

    email: object = None
    key: object = None
    state: object = None
    subscribed: object = None
    resubscribed: object = None
    unsubscribed: object = None
    profile: list[ProfileValue | None] | None = None


class ContactList(msgspec.Struct, frozen=True, rename={"list_id": "listId", "name": "listName"}):
    """A list, as Listrak names it."""

    list_id: int
    name: str | None = None


class ProfileFieldGroup(
    msgspec.Struct, frozen=True, rename={"group_id": "segmentationFieldGroupId"}
):
    """A group of profile fields of one list."""

    group_id: int


class ProfileField(
    msgspec.Struct,
    frozen=True,
    rename={"field_id": "segmentationFieldId", "name": "segmentationFieldName"},
):
    """A profile field: the routes and the JSON call it a segmentation field."""

    field_id: int
    name: str | None = None


class Collection(msgspec.Struct, Generic[T], frozen=True, rename={"entries": "data"}):
    """An answer that comes whole."""

    entries: list[T] | None


class ContactResource(msgspec.Struct, frozen=True, rename={"contact": "data"}):
    """An answer about one contact."""

    contact: Contact


class ContactPage(
    msgspec.Struct, frozen=True, rename={"contacts": "data", "next_page_cursor": "nextPageCursor"}
):
    """One page of a list's contacts, in no particular order."""

    contacts: list[Contact]
    next_page_cursor: str | None = None

    @property
    def next_cursor(self) -> str | None:
        """The cursor of the page after this one, or None at the end.

        The API document calls it a "URI of the next page", every client uses it as an opaque
        token: a `cursor` parameter inside it is therefore taken out, anything else is left alone.
        """
        parameter = _CURSOR_PARAMETER.search(self.next_page_cursor or "")
        return unquote(parameter[1]) if parameter else self.next_page_cursor or None


def decode(body: bytes, answer_type: type[T]) -> T:
    """Return the body as `answer_type`.

    Raises NotAnAnswerError, which holds nothing of the body: it may be full of addresses.
    """
    try:
        return msgspec.json.decode(body, type=answer_type)
    except (msgspec.MsgspecError, UnicodeDecodeError) as broken:
        reason = type(broken).__name__
    try:
        return msgspec.json.decode(_with_odd_values_out(body), type=answer_type)
    except (ValueError, RecursionError):
        pass  # raised below, where nothing is chained to it
    raise NotAnAnswerError(f"{len(body)} bytes that are not a {answer_type.__name__} ({reason})")


def _with_odd_values_out(body: bytes) -> bytes:
    """Return the JSON with null for a number out of range, and `?` for what is no character.

    Such as an escape cut in half.
    """
    values = json.loads(
        body, parse_int=_integer, parse_float=_finite, parse_constant=lambda _name: None
    )
    return json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")


def _integer(digits: str) -> int | None:
    try:
        return int(digits)
    except ValueError:  # more digits than Python reads
        return None


def _finite(number: str) -> float | None:
    return value if math.isfinite(value := float(number)) else None
