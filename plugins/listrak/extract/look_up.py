"""Contacts asked for one by one: whoever is missing from a read may be subscribed still."""

from collections.abc import Iterator, Mapping
from itertools import islice

import pyarrow as pa

from listrak.errors import ListrakRefusedError, ListrakUnauthorizedError
from listrak.extract.client import ListrakClient
from listrak.extract.rows import CONTACT_ROWS, ListRead, address, contact_rows

AT_ONCE = 100
_NO_ROUTE = ("", ".", "..")  # what a client makes of such a path is the way to all contacts, or up


def look_up_contacts(
    client: ListrakClient, read: ListRead, missing: pa.Table
) -> Iterator[pa.Table]:
    """Yield what Listrak says of the contacts in `missing`, AT_ONCE at a time, as CONTACT_ROWS.

    `missing`: email and email_key, strings. `state` is the contact's at the read's moment, or
    `deleted` where Listrak knows it no more, or under another address only, or `unconfirmed` where
    it refuses to say or cannot be asked. Raises ListrakUnavailableError and
    ListrakUnauthorizedError.
    """
    waiting = iter(missing.to_pylist())
    while few := list(islice(waiting, AT_ONCE)):
        yield pa.concat_tables(_look_up(client, read, contact) for contact in few)


def _look_up(client: ListrakClient, read: ListRead, contact: Mapping[str, str]) -> pa.Table:
    identifier = contact["email_key"] or contact["email"]
    if identifier.strip() in _NO_ROUTE:
        return _without_dates(contact, _state_unasked(contact["email"]))
    try:
        found = client.contact(read.list_id, identifier, read.profile_field_ids)
    except ListrakUnauthorizedError:
        raise
    except ListrakRefusedError:
        return _without_dates(contact, "unconfirmed")
    if found is None:
        return _without_dates(contact, "deleted")
    if address(found) not in ("", contact["email"]):
        # A key outlives a change of the address: under the old one there is nobody any more.
        return _without_dates(contact, "deleted")
    row = contact_rows([found], read)
    return row.set_column(0, CONTACT_ROWS.field("email"), pa.array([contact["email"]]))


def _state_unasked(email: str) -> str:
    """Return the state of a contact that there is no route to.

    Segment never takes a call without an address (see load/batches.py), so no trait goes with such
    a contact: it is no guess. Any other has a trait, and is for a person to let go.
    """
    return "unconfirmed" if email.strip() else "deleted"


def _without_dates(contact: Mapping[str, str], state: str) -> pa.Table:
    row = {**dict.fromkeys(CONTACT_ROWS.names), **contact, "state": state}
    return pa.Table.from_pylist([row], schema=CONTACT_ROWS)
