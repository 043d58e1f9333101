"""The Listrak door: tokens, and the read routes of the e-mail API as its document has them."""

from __future__ import annotations

import itertools
import random
import re
import secrets
import time
from collections.abc import Callable
from urllib.parse import parse_qs, unquote

from sandbox.door import HTML, Door, Reply, Request, json_reply
from sandbox.reading import (
    START,
    ContactQuery,
    Cursors,
    InvalidParameterError,
    Place,
    TooManyFieldsError,
    contact_query,
    field_ids,
    matching,
    pages_of,
)
from sandbox.resources import (
    Quirks,
    contact_resource,
    field_resource,
    group_resource,
    list_resource,
)
from sandbox.world import Contact, ContactList, ProfileField, World

_GENERAL = {
    400: ("ERROR_INVALID_PARAMETER", "An invalid value was supplied."),
    401: ("ERROR_UNAUTHORIZED", "Authorization was denied for this request."),
    404: ("ERROR_UNABLE_TO_LOCATE_RESOURCE", "Unable to locate a resource."),
    405: ("ERROR_UNSUPPORTED_METHOD", "The route does not support the requested method."),
    415: ("ERROR_UNSUPPORTED_CONTENT_TYPE", "Please use a Content-Type of application/json."),
}
_UNEXPECTED = ("ERROR_UNHANDLED_EXCEPTION", "An unexpected error occurred.")
_PAGE = (
    "<!DOCTYPE html><title>SANDBOX, not Listrak</title><h1>SANDBOX: this is not Listrak</h1>"
    "<p>A local stand-in with made-up contacts. <a href=/sandbox/subscribed>Who is subscribed</a>"
)


class _RefusalError(Exception):
    def __init__(self, status: int, error: str = "", message: str = "") -> None:
        super().__init__(status)
        general = _GENERAL.get(status, _UNEXPECTED)
        body = {"status": status, "error": error or general[0], "message": message or general[1]}
        self.reply = json_reply(status, body)


class ListrakApi(Door):
    """A stand-in for Listrak over a `world`; `quirks` can be changed at any time.

    `GET /sandbox/subscribed` shows {list id: [lower-cased addresses]} without counting as a read.
    `expires_in`: seconds that the next tokens live.
    """

    client_id = "sandbox-client"
    client_secret = "sandbox-secret"  # noqa: S105 (opens nothing but this sandbox)

    def __init__(
        self, world: World, port: int = 0, expires_in: int = 3599, quirks: Quirks | None = None
    ) -> None:
        super().__init__(port)
        self.world = world
        self.expires_in = expires_in
        self.quirks = quirks or Quirks()
        self.cursors = Cursors()
        self._tokens: dict[str, float] = {}
        self._reads = itertools.count(1)

    @property
    def contacts_asked_for(self) -> int:
        """How many requests so far were for a single contact."""
        single = re.compile(r"/email/v1/List/[^/]+/Contact/[^/]+/?", re.IGNORECASE)
        return sum(single.fullmatch(path) is not None for _, path, _ in self.requests)

    @property
    def base_url(self) -> str:
        """What to put where https://api.listrak.com/email stands."""
        return f"{self.url}/email"

    @property
    def token_url(self) -> str:
        """What to put where https://auth.listrak.com/OAuth2/Token stands."""
        return f"{self.url}/OAuth2/Token"

    def expire_tokens(self) -> None:
        """Make every token given so far invalid."""
        self._tokens.clear()

    def failure(self, status: int) -> Reply:
        """Return the documented error envelope."""
        return _RefusalError(status).reply

    def answer(self, request: Request) -> Reply:
        """Answer one request; an unexpected error becomes the documented 500."""
        try:
            return self._route(request)
        except _RefusalError as refusal:
            return refusal.reply
        except InvalidParameterError as error:
            message = f"An invalid value was supplied for {error.args[0]}."
            return _RefusalError(400, message=message).reply
        except TooManyFieldsError:
            code = "ERROR_TOO_MANY_SEGMENTATION_FIELDS"
            return _RefusalError(400, code, "Too many profile fields were requested.").reply
        except Exception:  # noqa: BLE001 (the door's last line: what the document promises)
            return self.failure(500)

    def _route(self, request: Request) -> Reply:
        path = request.path.rstrip("/").lower()
        if path == "/oauth2/token":
            return self._token(request)
        if path == "":
            return Reply(200, _PAGE.encode(), HTML)
        if path == "/sandbox/subscribed":
            lists = self.world.lists
            return json_reply(200, {at: sorted(self.world.subscribed(at)) for at in lists})
        return self._api(request)

    def _token(self, request: Request) -> Reply:
        form = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
        expected = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }
        if request.method != "POST":
            return self.failure(405)
        if any(form.get(name) != value for name, value in expected.items()):
            return json_reply(400, {"error": "Invalid Credentials"})
        token = secrets.token_urlsafe(300)
        self._tokens[token] = time.monotonic() + self.expires_in
        return json_reply(
            200, {"access_token": token, "token_type": "bearer", "expires_in": self.expires_in}
        )

    def _api(self, request: Request) -> Reply:
        if set("&<>") & set(unquote(request.path)):
            raise _RefusalError(400, "ERROR_UNSAFE_ROUTE", "The route has an invalid character.")
        route, ids = _match(request.path)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or self._tokens.get(token, 0.0) <= time.monotonic():
            raise _RefusalError(401)
        if request.method != "GET":
            json_sent = request.headers.get("Content-Type", "").startswith("application/json")
            raise _RefusalError(405 if json_sent else 415)
        return route(self, request, *ids)

    def list_all(self, _: Request) -> Reply:
        """GET /v1/List."""
        return _found([list_resource(each) for each in self.world.lists.values()])

    def list_one(self, _: Request, list_id: str) -> Reply:
        """GET /v1/List/{listId}."""
        return _found(list_resource(self._list(list_id)))

    def groups(self, _: Request, list_id: str, group_id: str | None = None) -> Reply:
        """GET …/SegmentationFieldGroup, or one of them."""
        ids = sorted({field.group_id for field in self._list(list_id).fields})
        if group_id is None:
            return _found([group_resource(each) for each in ids])
        if _integer("segmentationFieldGroupId", group_id) not in ids:
            raise _not_located("listId and segmentationFieldGroupId")
        return _found(group_resource(int(group_id)))

    def fields(self, _: Request, list_id: str, group_id: str, field_id: str | None = None) -> Reply:
        """GET …/SegmentationField, or one of them."""
        group = _integer("segmentationFieldGroupId", group_id)
        fields = [field for field in self._list(list_id).fields if field.group_id == group]
        if not fields:
            raise _not_located("listId and segmentationFieldGroupId")
        if field_id is None:
            return _found([field_resource(field) for field in fields])
        wanted = _integer("segmentationFieldId", field_id)
        for field in fields:
            if field.field_id == wanted:
                return _found(field_resource(field))
        raise _not_located("listId, segmentationFieldGroupId, and segmentationFieldId")

    def contact(self, request: Request, list_id: str, identifier: str) -> Reply:
        """GET …/Contact/{address or email key}: in either state."""
        contact_list = self._list(list_id)
        fields = _fields(contact_list, field_ids(request.query))
        for contact in self.world.contacts(contact_list.list_id):
            if identifier in {contact.email, contact.email_key}:
                return _found(contact_resource(contact, fields, self.quirks))
        raise _not_located("listId and contactIdentifier")

    def contacts(self, request: Request, list_id: str) -> Reply:
        """GET …/Contact: a page of the contacts in one state, as they were at the first page."""
        contact_list = self._list(list_id)
        query = contact_query(contact_list.list_id, request.query, self.world.zone)
        fields = _fields(contact_list, query.field_ids)
        cursor = request.query.get("cursor", START)
        place = self._begin(query) if cursor == START else self.cursors.follow(cursor, query)
        if place.is_last and query.is_full:
            self.world.end_read(contact_list.list_id)
        return self._page(place, fields)

    def _begin(self, query: ContactQuery) -> Place:
        quirks = self.quirks
        read = self.world.begin_read if query.is_full else self.world.contacts
        found = matching(read(query.list_id), query)
        if query.is_full:
            found = [contact for contact in found if not quirks.leaves_out(contact)]
        seed = f"{quirks.moving} of read {next(self._reads)}"
        moves = None if quirks.moving is None else random.Random(seed)
        return Place(query, pages_of(found, query.count, quirks), moves=moves)

    def _page(self, place: Place, fields: tuple[ProfileField, ...]) -> Reply:
        body: dict[str, object] = {"status": 200}
        if not place.is_last:
            body["nextPageCursor"] = self.cursors.issue(place.following())
        elif self.quirks.end != "absent":
            body["nextPageCursor"] = "" if self.quirks.end == "empty" else None
        page: list[Contact] = place.pages[place.page]
        body["data"] = [contact_resource(contact, fields, self.quirks) for contact in page]
        return json_reply(200, body)

    def _list(self, text: str) -> ContactList:
        found = self.world.lists.get(_integer("listId", text))
        if found is None:
            raise _not_located("listId")
        return found


_ROUTES: tuple[tuple[str, Callable[..., Reply]], ...] = (
    (r"/v1/List", ListrakApi.list_all),
    (r"/v1/List/([^/]+)", ListrakApi.list_one),
    (r"/v1/List/([^/]+)/Contact", ListrakApi.contacts),
    (r"/v1/List/([^/]+)/Contact/([^/]+)", ListrakApi.contact),
    (r"/v1/List/([^/]+)/SegmentationFieldGroup(?:/([^/]+))?", ListrakApi.groups),
    (
        r"/v1/List/([^/]+)/SegmentationFieldGroup/([^/]+)/SegmentationField(?:/([^/]+))?",
        ListrakApi.fields,
    ),
)


def _match(path: str) -> tuple[Callable[..., Reply], list[str | None]]:
    for pattern, route in _ROUTES:
        match = re.fullmatch(f"/email{pattern}/?", path, re.IGNORECASE)
        if match:
            return route, [each and unquote(each) for each in match.groups()]
    raise _RefusalError(404, "ERROR_UNKNOWN_ROUTE", "The route is unknown.")


def _found(resource: object) -> Reply:
    return json_reply(200, {"status": 200, "data": resource})


def _not_located(names: str) -> _RefusalError:
    message = f"Unable to locate a resource associated with the {names} supplied."
    return _RefusalError(404, message=message)


def _integer(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise InvalidParameterError(name) from None


def _fields(contact_list: ContactList, ids: tuple[int, ...]) -> tuple[ProfileField, ...]:
    """Return the fields asked for. What the API says of unknown ids is nowhere written down."""
    by_id = {field.field_id: field for field in contact_list.fields}
    if not by_id.keys() >= set(ids):
        raise InvalidParameterError("segmentationFieldIds")
    return tuple(by_id[field_id] for field_id in ids)
