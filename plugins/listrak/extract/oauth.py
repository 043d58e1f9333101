"""The access token of a Listrak integration: fetched late, kept, renewed in time."""

import threading
import time
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import requests
from requests.auth import AuthBase

from listrak.connections import ListrakConnection
from listrak.errors import ListrakUnavailableError
from listrak.extract.contact import NotAnAnswerError, decode
from listrak.extract.exchange import Answer, Limits, exchange
from listrak.extract.refusal import token_error, what_was_seen
from listrak.extract.retry import Step

EARLY = 60.0  # seconds before its end at which a token is renewed
_LIFETIME = 3600.0  # where none is stated; Listrak's recorded answers say 3599


class Token(msgspec.Struct, frozen=True):
    """The token endpoint's answer. A token that cannot stand in a header is no token."""

    access_token: Annotated[str, msgspec.Meta(pattern=r"^[\x21-\x7e]+$")]
    expires_in: float | str | None = None

    @property
    def lifetime(self) -> float:
        """Seconds for which to use it: until shortly before its end, half of a short life."""
        try:
            stated = float(self.expires_in) if self.expires_in is not None else _LIFETIME
        except ValueError:
            stated = _LIFETIME
        return stated - min(EARLY, max(stated, 0.0) / 2)


class _WithoutAuth(AuthBase):
    """Keeps the session's auth, and any credentials of a .netrc file, out of the token call."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _origin(url: str | None) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url or "")
    return parts.scheme, parts.hostname, parts.port


class ClientCredentials(AuthBase):
    """Adds a bearer token to each request of the session that goes to the connection's host.

    `mask` is told each new token, so that logs can hide it. Safe to share between threads. A
    request raises ListrakUnavailableError when the token endpoint is away or broken, and
    ListrakRefusedError or ListrakUnauthorizedError when it refuses; whoever sends it retries.
    """

    def __init__(
        self,
        connection: ListrakConnection,
        session: requests.Session,
        mask: Callable[[str], None] = lambda _secret: None,
    ) -> None:
        self._connection = connection
        self._session = session
        self._mask = mask
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = -float("inf")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the token, unless the request leaves for another host."""
        if _origin(request.url) == _origin(self._connection.base_url):
            request.headers["Authorization"] = f"Bearer {self.token()}"
        return request

    def token(self) -> str:
        """Return a token that is good for now, fetching it where there is none."""
        with self._lock:
            if time.monotonic() >= self._good_until:
                self._fetch()
            return self._token

    def refresh(self, refused: str) -> None:
        """Drop the token of a refused Authorization header, unless it has been replaced already."""
        with self._lock:
            if refused == f"Bearer {self._token}":
                self._good_until = -float("inf")

    def _fetch(self) -> None:
        asked_at = time.monotonic()
        token = self._answered_token(self._ask())
        self._mask(token.access_token)
        self._token = token.access_token
        self._good_until = asked_at + token.lifetime

    def _ask(self) -> Answer:
        connection = self._connection
        return exchange(
            self._session,
            "POST",
            connection.token_url,
            Limits(connection.timeout, 10 * connection.timeout),
            auth=_WithoutAuth(),
            data={
                "grant_type": "client_credentials",
                "client_id": connection.client_id,
                "client_secret": connection.client_secret,
            },
        )

    def _answered_token(self, answer: Answer) -> Token:
        if answer.step is not Step.ACCEPT:
            raise token_error(answer, self._connection.conn_id)
        try:
            return decode(answer.body, Token)
        except NotAnAnswerError as broken:
            reason = str(broken)
        seen = what_was_seen(answer, self._connection.conn_id, "the call for a token")
        raise ListrakUnavailableError(f"{seen} It came with {reason}.")
