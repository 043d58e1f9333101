"""What Listrak's Email API answers with, as typed values.

Members that are not read here are ignored: Listrak calls new ones a non-breaking change. A missing
list of entries (`data`) is an error, because it would read as an empty list of contacts; a null one
is empty.
"""

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
    """The value of one profile field. Documented as a string; a number is taken as its text."""

    field_id: int
    value: str | int | float | None = None


class Contact(
    msgspec.Struct,
    frozen=True,
    gc=False,
    rename={
        "email": "emailAddress",
        "subscribed": "subscribeDate",
        "resubscribed": "resubscribeDate",
        "profile": "segmentationFieldValues",
    },
):
    """One address of a list. Dates as written: naive, in Listrak's own time zone."""

    email: str | None = None
    subscribed: str | None = None
    resubscribed: str | None = None
    profile: list[ProfileValue] | None = None


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


class ContactPage(
    msgspec.Struct, frozen=True, rename={"entries": "data", "next_page_cursor": "nextPageCursor"}
):
    """One page of a list's contacts."""

    entries: list[Contact] | None
    next_page_cursor: str | None = None

    @property
    def contacts(self) -> list[Contact]:
        """The page's contacts, in no particular order."""
        return self.entries or []

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
    raise NotAnAnswerError(f"{len(body)} bytes that are not a {answer_type.__name__} ({reason})")
