"""The lists and contacts of a stand-in Listrak account. Thread-safe; contacts are frozen."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class ProfileField:
    """A profile field ("segmentation field") of one list."""

    field_id: int
    name: str = "SANDBOX Customer id"
    group_id: int = 1
    data_type: str = "Text"


@dataclass(frozen=True)
class ContactList:
    """A list; its profile fields are its own."""

    list_id: int
    name: str
    fields: tuple[ProfileField, ...] = ()


@dataclass(frozen=True)
class Contact:
    """A contact of one list. Dates are texts as Listrak writes them: local time, no offset."""

    email: str
    subscribe_date: str
    resubscribe_date: str | None = None
    unsubscribe_date: str | None = None
    subscribed: bool = True
    values: Mapping[int, str | None] = field(default_factory=dict)
    first_email: str = ""  # where it had another address before

    @property
    def email_key(self) -> str:
        """26 upper-case hexadecimal digits, as recorded; the same on every list."""
        email = self.first_email or self.email
        return hashlib.sha256(email.lower().encode()).hexdigest()[:26].upper()

    @property
    def last_subscribed(self) -> str:
        """The most recent of subscribe and resubscribe date."""
        return self.resubscribe_date or self.subscribe_date


class World:
    """What the account holds now. Tests build a small one and change it between runs.

    `at` is an aware datetime, a naive one (local time already), a text for the wire as it is, or
    None for now. Unknown lists and addresses raise KeyError. Addresses are told apart as written:
    two that differ in letter case only are two contacts.
    """

    def __init__(
        self, lists: Iterable[ContactList] = (), timezone: str = "America/New_York"
    ) -> None:
        self.zone = ZoneInfo(timezone)
        self._lock = threading.RLock()
        self._lists = {contact_list.list_id: contact_list for contact_list in lists}
        self._contacts: dict[int, dict[str, Contact]] = {list_id: {} for list_id in self._lists}

    @property
    def lists(self) -> Mapping[int, ContactList]:
        """Every list by its id."""
        return self._lists

    def contacts(self, list_id: int) -> tuple[Contact, ...]:
        """Return the list's contacts in both states, as of now."""
        with self._lock:
            return tuple(self._contacts[list_id].values())

    def subscribed(self, list_id: int) -> dict[str, Contact]:
        """Return the subscribed contacts by address, stripped and in lower case.

        The latest subscription wins.
        """
        found = [contact for contact in self.contacts(list_id) if contact.subscribed]
        found.sort(key=lambda contact: contact.last_subscribed)
        return {contact.email.strip().lower(): contact for contact in found}

    def put(self, list_id: int, *contacts: Contact) -> None:
        """Add or replace contacts as they are."""
        with self._lock:
            self._contacts[list_id].update((contact.email, contact) for contact in contacts)

    def subscribe(
        self,
        list_id: int,
        email: str,
        at: datetime | str | None = None,
        values: Mapping[int, str | None] | None = None,
    ) -> Contact:
        """Subscribe a new contact or resubscribe one; `values` are merged into what it has."""
        with self._lock:
            contact = self._contacts[list_id].get(email)
            if contact is None:
                contact = Contact(email, self.wire_date(at))
            elif not contact.subscribed:
                contact = replace(
                    contact,
                    resubscribe_date=self.wire_date(at),
                    unsubscribe_date=None,
                    subscribed=True,
                )
            contact = replace(contact, values={**contact.values, **(values or {})})
            self.put(list_id, contact)
            return contact

    def unsubscribe(self, list_id: int, email: str, at: datetime | str | None = None) -> Contact:
        """Unsubscribe a contact; it stays on the list in the other state."""
        with self._lock:
            contact = replace(
                self._contacts[list_id][email],
                unsubscribe_date=self.wire_date(at),
                subscribed=False,
            )
            self.put(list_id, contact)
            return contact

    def rename(self, list_id: int, email: str, to: str) -> None:
        """Give a contact another address; its key and its dates stay."""
        with self._lock:
            contact = self._contacts[list_id].pop(email)
            first_email = contact.first_email or email
            self.put(list_id, replace(contact, email=to, first_email=first_email))

    def set_value(self, list_id: int, email: str, field_id: int, value: str | None) -> None:
        """Change one profile value; no date shows it."""
        with self._lock:
            contact = self._contacts[list_id][email]
            self.put(list_id, replace(contact, values={**contact.values, field_id: value}))

    def delete(self, list_id: int, email: str) -> None:
        """Forget a contact: it is in neither state any more."""
        with self._lock:
            del self._contacts[list_id][email]

    def begin_read(self, list_id: int) -> tuple[Contact, ...]:
        """Return the contacts for a full read of the Subscribed ones that starts now."""
        return self.contacts(list_id)

    def end_read(self, list_id: int) -> None:
        """Take note that such a read has got its last page."""

    def wire_date(self, at: datetime | str | None = None) -> str:
        """Return a time as Listrak writes it (.NET: no trailing zeros in the fraction)."""
        if isinstance(at, str):
            return at
        at = at or datetime.now(UTC)
        local = at.astimezone(self.zone).replace(tzinfo=None) if at.tzinfo else at
        text = local.isoformat()
        return text.rstrip("0") if "." in text else text
