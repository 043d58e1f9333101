"""Listrak's resources as JSON objects, members in the document's order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sandbox.world import Contact, ContactList, ProfileField


@dataclass(frozen=True)
class Quirks:
    """Awkward but allowed behaviour, each off by default.

    `repeats`: a page starts with the last contact of the page before. `empty_page`: one page is
    empty and still carries a cursor. `shuffled`: no order. `end`: how the last page says so.
    `extra_members`: members no document names. `no_value`: how an empty profile value is written.
    `no_date`: text in place of a null date, such as 0001-01-01T00:00:00. `no_keys`: contacts come
    without their key.

    Pages are no consistent read either. `missed`: addresses, or a function of one, that full reads
    of the Subscribed contacts leave out; the other routes know them as before. `most_per_page`:
    contacts on a page, where more were asked for. `moving`: a seed; from page to page of any read,
    a few contacts of the pages given change places with some to come: these are missed, and those
    come twice. Every read moves others.
    """

    repeats: bool = False
    empty_page: bool = False
    shuffled: bool = False
    end: Literal["null", "empty", "absent"] = "null"
    extra_members: bool = False
    no_value: Literal["empty", "null", "missing"] = "empty"
    no_date: str | None = None
    no_keys: bool = False
    missed: Callable[[str], bool] | frozenset[str] = frozenset()
    most_per_page: int | None = None
    moving: int | None = None

    def leaves_out(self, contact: Contact) -> bool:
        """Whether a full read of the Subscribed contacts does without this one."""
        if isinstance(self.missed, frozenset):
            return contact.email in self.missed
        return self.missed(contact.email)


def contact_resource(
    contact: Contact, fields: Sequence[ProfileField], quirks: Quirks
) -> dict[str, object]:
    """Return a contact with the values of the fields asked for, and of no others."""
    digest = hashlib.sha256(contact.email.lower().encode()).hexdigest()
    resource: dict[str, object] = {
        "emailAddress": contact.email,
        "emailKey": None if quirks.no_keys else contact.email_key,
        "universalEmailKey": digest,
        "subscriptionState": "Subscribed" if contact.subscribed else "Unsubscribed",
        "subscribeDate": contact.subscribe_date,
        "resubscribeDate": contact.resubscribe_date or quirks.no_date,
        "subscribeMethod": "Administrator" if contact.subscribed else None,
        "unsubscribeDate": contact.unsubscribe_date or quirks.no_date,
        "unsubscribeMethod": None if contact.subscribed else "Administrator",
        "externalContactID": None,
        "segmentationFieldValues": _values(contact, fields, quirks),
    }
    if quirks.extra_members:
        resource["sandboxExtra"] = {"nested": [1, None, "unknown members are allowed"]}
    return resource


def _values(
    contact: Contact, fields: Sequence[ProfileField], quirks: Quirks
) -> list[dict[str, object]]:
    empty = None if quirks.no_value == "null" else ""
    return [
        {
            "segmentationFieldGroupId": field.group_id,
            "segmentationFieldId": field.field_id,
            "value": contact.values.get(field.field_id) or empty,
        }
        for field in fields
        if contact.values.get(field.field_id) or quirks.no_value != "missing"
    ]


def list_resource(contact_list: ContactList) -> dict[str, object]:
    """Return a list; every setting but id and name is a recorded list's."""
    return {
        "listId": contact_list.list_id,
        "listName": contact_list.name,
        "folderId": 0,
        "ipPoolId": 11,
        "bounceDomainAlias": "",
        "bounceHandling": "Standard",
        "bounceUnsubscribeCount": 5,
        "createDate": "2015-08-31T16:02:41.65",
        "enableBrowserLink": False,
        "enableDoubleOptIn": False,
        "enableListHygiene": True,
        "fromEmail": "",
        "fromName": "",
        "googleTrackingDomains": [],
        "linkDomainAlias": "",
        "mediaDomainAlias": "",
    }


def group_resource(group_id: int) -> dict[str, object]:
    """Return a profile field group."""
    name = f"SANDBOX group {group_id}"
    return {
        "segmentationFieldGroupId": group_id,
        "segmentationFieldGroupName": name,
        "position": group_id,
    }


def field_resource(field: ProfileField) -> dict[str, object]:
    """Return a profile field."""
    return {
        "segmentationFieldId": field.field_id,
        "segmentationFieldName": field.name,
        "segmentationFieldGroupId": field.group_id,
        "dataType": field.data_type,
        "maxLength": 255,
        "position": 1,
    }
