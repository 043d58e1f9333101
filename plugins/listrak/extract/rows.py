"""Pages of contacts as Arrow rows. Pure.

Dates go through Python's own `datetime` and `zoneinfo`, one by one: faster than the network by far,
and the rules for odd values and for the hours of a clock change stand in one place.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from listrak.extract.contact import Contact

CONTACT_ROWS = pa.schema(
    (
        pa.field("email", pa.string(), nullable=False),
        pa.field("user_id", pa.string()),
        pa.field("subscribed_at", pa.timestamp("us")),
    )
)


def contact_rows(
    contacts: Iterable[Contact], user_id_field: int | None, zone: ZoneInfo
) -> pa.Table:
    """Return one row a contact, in the order given, with the schema CONTACT_ROWS.

    `email` is lower-cased by `str.lower`: it is the key from here on. `subscribed_at` is naive UTC.
    """
    rows = [
        (
            (contact.email or "").lower(),
            user_id(contact, user_id_field),
            subscribed_at(contact, zone),
        )
        for contact in contacts
    ]
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    arrays = [
        pa.array(column, field.type) for column, field in zip(columns, CONTACT_ROWS, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=CONTACT_ROWS)


def user_id(contact: Contact, user_id_field: int | None) -> str | None:
    """Return the value of the profile field, stripped; None when missing, null or empty."""
    for profile in contact.profile or ():
        if profile.field_id == user_id_field and profile.value is not None:
            return str(profile.value).strip() or None
    return None


def subscribed_at(contact: Contact, zone: ZoneInfo) -> datetime | None:
    """Return when the contact last subscribed: `subscribeDate` keeps the first time for ever."""
    first, again = utc_time(contact.subscribed, zone), utc_time(contact.resubscribed, zone)
    return max(first, again) if first and again else first or again


def utc_time(text: str | None, zone: ZoneInfo) -> datetime | None:
    """Return one of Listrak's dates as naive UTC, or None where there is none.

    Naive dates are local times of `zone`: an ambiguous one is the earlier, one that a clock change
    skipped moves forward by the gap. A `Z` or an offset is taken at its word. Unreadable text and
    the years that stand for "no date" (.NET's 0001 and 9999, anything before 1900) are None.
    """
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1900 <= time.year < 9999:  # noqa: PLR2004 (explained above)
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=zone)
    return aware.astimezone(UTC).replace(tzinfo=None)
