"""Listrak's Email API: lists, profile fields, and contacts page by page."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar
from urllib.parse import quote

import requests

from listrak.connections import ListrakConnection
from listrak.errors import ListrakUnavailableError, UnknownContactError
from listrak.extract.contact import (
    Collection,
    Contact,
    ContactList,
    ContactPage,
    ContactResource,
    NotAnAnswerError,
    ProfileField,
    ProfileFieldGroup,
    decode,
)
from listrak.extract.exchange import Answer, Limits, exchange, quiet_wire_log
from listrak.extract.oauth import ClientCredentials
from listrak.extract.refusal import answer_error, what_was_seen
from listrak.extract.retry import Step, retrying

T = TypeVar("T")
MOST_CONTACTS_PER_PAGE = 5000
MOST_EMPTY_PAGES = 1000  # in a row; single ones with a cursor have been met


@dataclass(frozen=True)
class ContactQuery:
    """Which contacts to read.

    Dates are Listrak's own naive local time. They bound the unsubscribe date of unsubscribed
    contacts, and of subscribed ones the first subscribe date, or the last where
    `use_original_subscribe_date` is False (`end_date` is then exclusive, else inclusive).
    """

    list_id: int
    subscription_state: Literal["Subscribed", "Unsubscribed"] = "Subscribed"
    profile_field_ids: tuple[int, ...] = ()
    count: int = MOST_CONTACTS_PER_PAGE
    start_date: datetime | None = None
    end_date: datetime | None = None
    use_original_subscribe_date: bool | None = None

    def parameters(self, cursor: str | None) -> dict[str, str]:
        """Return the query of one page: all of it each time, a cursor may not carry the filters."""
        original = self.use_original_subscribe_date
        parameters = {
            "subscriptionState": self.subscription_state,
            "segmentationFieldIds": ",".join(map(str, self.profile_field_ids)),
            "count": str(self.count),
            "startDate": self.start_date.isoformat(timespec="seconds") if self.start_date else "",
            "endDate": self.end_date.isoformat(timespec="seconds") if self.end_date else "",
            "useOriginalSubscribeDate": "" if original is None else str(original).lower(),
            "cursor": cursor or "",
        }
        return {name: value for name, value in parameters.items() if value}


class ListrakClient:
    """Reads one Listrak account over a session, whose auth it sets where the session has none.

    Every method raises ListrakUnavailableError when Listrak stays away or broken for all attempts
    (or asks for a longer wait than is slept here), ListrakUnauthorizedError when it refuses the
    credentials or a fresh token, and ListrakRefusedError for any other refusal.
    """

    def __init__(
        self,
        session: requests.Session,
        connection: ListrakConnection,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not isinstance(session.auth, ClientCredentials):
            session.auth = ClientCredentials(connection, session)
        self._auth = session.auth
        self._session = session
        self._connection = connection
        self._limits = Limits(connection.timeout, 10 * connection.timeout)
        self._sleep = sleep
        quiet_wire_log()

    def lists(self) -> list[ContactList]:
        """Return every list of the account."""
        return self._get("v1/List", {}, Collection[ContactList]).entries or []

    def profile_fields(self, list_id: int) -> list[ProfileField]:
        """Return the profile fields of all groups of a list."""
        path = f"v1/List/{list_id}/SegmentationFieldGroup"
        groups = self._get(path, {}, Collection[ProfileFieldGroup]).entries or []
        return [
            profile_field
            for group in groups
            for profile_field in self._get(
                f"{path}/{group.group_id}/SegmentationField", {}, Collection[ProfileField]
            ).entries
            or []
        ]

    def contact(
        self, list_id: int, identifier: str, profile_field_ids: tuple[int, ...] = ()
    ) -> Contact | None:
        """Return a contact of a list, in either state; None where Listrak knows none.

        `identifier`: its address, if that may stand in a route, or its e-mail key. It goes into no
        message and no log.
        """
        contacts = f"v1/List/{list_id}/Contact"
        fields = ",".join(map(str, profile_field_ids))
        path = f"{contacts}/{quote(identifier, safe='@+')}"
        parameters = {"segmentationFieldIds": fields} if fields else {}
        try:
            return self._get(path, parameters, ContactResource, f"{contacts}/…").contact
        except UnknownContactError:
            return None

    def contact_pages(self, query: ContactQuery) -> Iterator[ContactPage]:
        """Yield the pages of a list's contacts, in no particular order, until the cursor ends.

        Raises ListrakUnavailableError, beside the client's own reasons, for a cursor that comes
        again and for empty pages without end: either would read for ever.
        """
        cursor: str | None = None
        seen: set[str] = set()
        empty_pages = 0
        while True:
            page = self._get(
                f"v1/List/{query.list_id}/Contact", query.parameters(cursor), ContactPage
            )
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return
            empty_pages = 0 if page.contacts else empty_pages + 1
            if cursor in seen or empty_pages > MOST_EMPTY_PAGES:
                raise _endless(query.list_id, len(seen) + 1, empty_pages)
            seen.add(cursor)

    def _get(
        self, path: str, parameters: dict[str, str], answer_type: type[T], shown: str = ""
    ) -> T:
        """Return the answer. `shown` stands for the path in messages, where it is private."""
        ask = retrying(self._sleep)
        answer: T = ask(self._attempt, path, parameters, answer_type, shown or path)
        return answer

    def _attempt(
        self, path: str, parameters: dict[str, str], answer_type: type[T], shown: str
    ) -> T:
        answer = self._send(path, parameters)
        if answer.step is Step.REFRESH_TOKEN:
            self._auth.refresh(answer.authorization)
            answer = self._send(path, parameters)
        asked = f"GET {shown}"
        if answer.step is not Step.ACCEPT:
            raise answer_error(answer, self._connection.conn_id, asked)
        try:
            return decode(answer.body, answer_type)
        except NotAnAnswerError as broken:
            reason = str(broken)
        raise ListrakUnavailableError(
            f"{what_was_seen(answer, self._connection.conn_id, asked)} It came with {reason}."
        )

    def _send(self, path: str, parameters: dict[str, str]) -> Answer:
        url = f"{self._connection.base_url}/{path}"
        return exchange(self._session, "GET", url, self._limits, params=parameters)


def _endless(list_id: int, pages: int, empty_pages: int) -> ListrakUnavailableError:
    return ListrakUnavailableError(
        f"Listrak's pages of list {list_id} do not end: after {pages} pages the cursor repeats an "
        f"earlier one, or pages stay empty ({empty_pages} in a row). Nothing of this read is kept; "
        "the task can be tried again."
    )
