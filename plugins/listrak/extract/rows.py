"""Contacts as Arrow rows. Pure.

Dates go through Python's own `datetime` and `zoneinfo`, one by one: faster than the network by far,
and the rules for odd values and for the hours of a clock change stand in one place.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from listrak.extract.contact import Contact
from listrak.extract.state import state_at

CONTACT_ROWS = pa.schema(
    (
        pa.field("email", pa.string(), nullable=False),
        pa.field("email_key", pa.string()),
        pa.field("user_id", pa.string()),
        pa.field("subscribed_at", pa.timestamp("us")),
        pa.field("state", pa.string(), nullable=False),
        pa.field("unsubscribed_at", pa.timestamp("us")),
    )
)
# Bytes of an address or a user id. No limit of Segment's is documented but that of an event, 32 KB;
# the longest address (twice in it) and user id leave room there, were each byte six in JSON.
LONGEST = 1000
# What a route surely takes as it is: anything else answers ERROR_UNSAFE_ROUTE, or may do so.
_SAFE_IN_A_ROUTE = re.compile(r"[a-z0-9._+-]+@[a-z0-9.-]+")


@dataclass(frozen=True)
class ListRead:
    """What to read of a list: as it is now, or as it was at `as_of` (naive UTC).

    `timezone`: that of Listrak's dates. `user_id_field`: the profile field that holds the user id.
    """

    list_id: int
    user_id_field: int | None = None
    timezone: str = "America/New_York"
    as_of: datetime | None = None

    @property
    def profile_field_ids(self) -> tuple[int, ...]:
        """The profile fields to ask for."""
        return () if self.user_id_field is None else (self.user_id_field,)


def contact_rows(contacts: Iterable[Contact], read: ListRead) -> pa.Table:
    """Return one row a contact, in the order given, with the schema CONTACT_ROWS.

    `email` is stripped and lower-cased as Python does: it is the key from here on, and digests of
    forgotten addresses are of it. Times are naive UTC.
    `state`: see `state.state_at`.
    """
    zone = ZoneInfo(read.timezone)
    rows = [_row(contact, read, zone) for contact in contacts]
    columns = zip(*rows, strict=True) if rows else ([[]] * len(CONTACT_ROWS))
    arrays = [
        pa.array(column, field.type) for column, field in zip(columns, CONTACT_ROWS, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=CONTACT_ROWS)


def _row(contact: Contact, read: ListRead, zone: ZoneInfo) -> tuple[object, ...]:
    subscribed = subscribed_at(contact, zone)
    unsubscribed = utc_time(contact.unsubscribed, zone)
    state, left_at = state_at(contact.state, subscribed, unsubscribed, read.as_of)
    return (
        address(contact),
        email_key(contact),
        user_id(contact, read.user_id_field),
        subscribed,
        state,
        left_at,
    )


def address(contact: Contact) -> str:
    """Return the address, stripped and in lower case, or "": that is rejected before sending.

    None either: a text longer than any address (RFC 5321 has 254 bytes), which an index of
    PostgreSQL would not hold.
    """
    email = _storable(contact.email.strip().lower()) if isinstance(contact.email, str) else ""
    return "" if _is_too_long(email) else email


def _is_too_long(text: str) -> bool:
    return len(text) > LONGEST // 4 and len(text.encode()) > LONGEST


def _storable(text: str) -> str:
    """Return a text that every warehouse takes: PostgreSQL has no NUL."""
    return text.replace("\0", "\ufffd")


def email_key(contact: Contact) -> str | None:
    """Return Listrak's key of a contact whose address, as it is kept, may not lead to it."""
    email = address(contact)
    is_safe = email == contact.email and _SAFE_IN_A_ROUTE.fullmatch(email)
    has_key = isinstance(contact.key, str) and contact.key and not is_safe
    return _storable(str(contact.key)) if has_key else None


def user_id(contact: Contact, user_id_field: int | None) -> str | None:
    """Return the value of the profile field, stripped; None when missing, null, empty or too long.

    Documented as text; a number is taken as its text (`1.0` is `1`), anything else is no id.
    """
    text = _profile_text(contact, user_id_field)
    return None if _is_too_long(text) else text or None


def has_overlong_user_id(contact: Contact, user_id_field: int | None) -> bool:
    """Whether the value of the profile field is longer than any user id that is taken."""
    return _is_too_long(_profile_text(contact, user_id_field))


def _profile_text(contact: Contact, field_id: int | None) -> str:
    for profile in contact.profile or ():
        if profile and field_id is not None and profile.field_id in (field_id, str(field_id)):
            return _storable(_text(profile.value)).strip()
    return ""


def _text(value: object) -> str:
    """Return a text or a number as text, a whole one without a fraction; "" for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    is_text = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value) if is_text else ""


def subscribed_at(contact: Contact, zone: ZoneInfo) -> datetime | None:
    """Return when the contact last subscribed: `subscribeDate` keeps the first time for ever."""
    first, again = utc_time(contact.subscribed, zone), utc_time(contact.resubscribed, zone)
    return max(first, again) if first and again else first or again


def utc_time(text: object, zone: ZoneInfo) -> datetime | None:
    """Return one of Listrak's dates as naive UTC, or None where there is none.

    Naive dates are local times of `zone`: an ambiguous one is the earlier, one that a clock change
    skipped moves forward by the gap. A `Z` or an offset is taken at its word. Unreadable text and
    the years that stand for "no date" (.NET's 0001 and 9999, anything before 1900) are None.
    """
    if not isinstance(text, str):
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1900 <= time.year < 9999:  # noqa: PLR2004 (explained above)
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=zone)
    return aware.astimezone(UTC).replace(tzinfo=None)
