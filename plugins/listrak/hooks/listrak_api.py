"""The Airflow hook of Listrak's API.

HttpHook gives the connection handling and the keep-alive session. What it does besides would be
wrong here and is closed: it sends the login as Basic auth and every extra it does not know as a
header, logs URLs and the bodies of refusals (addresses), has no timeout, takes http for the default
protocol, and follows redirects.
"""

from datetime import UTC, datetime
from typing import Any

import requests
from airflow.providers.http.hooks.http import HttpHook
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret
from requests_toolbelt.adapters.socket_options import TCPKeepAliveAdapter

from listrak.connections import ListrakConnection, listrak_connection
from listrak.errors import ListrakSourceError
from listrak.extract.client import ListrakClient
from listrak.extract.exchange import Answer, quiet_wire_log
from listrak.extract.oauth import ClientCredentials
from listrak.extract.refusal import answer_error
from listrak.hooks.missing import missing_connection
from listrak.retry_after import retry_after_seconds


class TimeoutAdapter(TCPKeepAliveAdapter):  # type: ignore[misc]  # requests_toolbelt is untyped
    """A keep-alive adapter under which no request waits for ever."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        super().__init__(idle=120, count=20, interval=30)  # as HttpHook sets its own

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send with the given timeout, or else with this adapter's."""
        timeout = options.pop("timeout", None) or self._timeout
        response: requests.Response = super().send(request, timeout=timeout, **options)
        return response


class ListrakHook(HttpHook):
    """Gives the session and the client of a `listrak` connection.

    Every method raises ConnectionSettingsError when the connection is missing or wrong.
    """

    conn_name_attr = "listrak_conn_id"
    default_conn_name = "listrak_default"
    conn_type = "listrak"
    hook_name = "Listrak"

    _settings: ListrakConnection

    def __init__(self, listrak_conn_id: str = default_conn_name, method: str = "GET") -> None:
        super().__init__(method=method, http_conn_id=listrak_conn_id)
        self.listrak_conn_id = listrak_conn_id

    @classmethod
    def get_connection(cls, conn_id: str) -> Connection:
        """Return the Airflow connection, or say how to make it."""
        try:
            return super().get_connection(conn_id)
        except AirflowNotFoundException:
            raise missing_connection(
                conn_id,
                "type `listrak`, login = client id, password = client secret of a Listrak "
                "integration of type Email",
            ) from None

    def settings(self) -> ListrakConnection:
        """Return the connection, checked."""
        return listrak_connection(self.get_connection(self.http_conn_id))

    def client(self) -> ListrakClient:
        """Return a client of Listrak's API, with a session of its own."""
        session = self.get_conn()
        return ListrakClient(session, self._settings)

    def test_connection(self) -> tuple[bool, str]:
        """Read the account's lists: what Airflow's Test button does."""
        try:
            return True, f"Listrak answered with {len(self.client().lists())} lists."
        except ListrakSourceError as error:
            return False, str(error)

    def run(
        self,
        endpoint: str | None = None,
        data: dict[str, Any] | str | None = None,
        headers: dict[str, Any] | None = None,
        extra_options: dict[str, Any] | None = None,
        **request_parts: Any,
    ) -> requests.Response:
        """Send one request as HttpHook does, raising this project's errors and logging nothing."""
        session = self.get_conn(headers, extra_options)
        place = "params" if self.method in {"GET", "HEAD"} else "data"
        request = requests.Request(
            self.method, self.url_from_endpoint(endpoint), **{place: data}, **request_parts
        )
        return self.run_and_check(session, session.prepare_request(request), self.merged_extra)

    def run_and_check(
        self,
        session: requests.Session,
        prepped_request: requests.PreparedRequest,
        extra_options: dict[Any, Any],
    ) -> requests.Response:
        """Send once, follow no redirect, and check the status unless told not to."""
        settings = session.merge_environment_settings(prepped_request.url, {}, None, None, None)
        try:
            response = session.send(prepped_request, allow_redirects=False, **settings)
        except (OSError, ValueError) as failure:
            answer = Answer(failure=type(failure))
        else:
            if extra_options.get("check_response", True):
                self.check_response(response)
            return response
        raise answer_error(answer, self.http_conn_id, self.method)

    def check_response(self, response: requests.Response) -> None:
        """Raise for any status but 2xx; neither the body nor the URL goes anywhere."""
        if not 200 <= response.status_code <= 299:  # noqa: PLR2004 (HTTP's own)
            wait = retry_after_seconds(response.headers.get("Retry-After"), datetime.now(UTC))
            answer = Answer(response.status_code, response.content, wait)
            raise answer_error(answer, self.http_conn_id, self.method)

    def _set_base_url(self, connection: Connection) -> None:
        self._settings = listrak_connection(connection)
        self.base_url = self._settings.base_url
        self._base_url_initialized = True

    def _configure_session_from_auth(
        self, session: requests.Session, connection: Connection
    ) -> requests.Session:
        session.auth = ClientCredentials(listrak_connection(connection), session, mask_secret)
        return session

    def _configure_session_from_extra(
        self, session: requests.Session, connection: Connection, extra_options: dict[str, Any]
    ) -> requests.Session:
        own_headers = dict(session.headers)
        super()._configure_session_from_extra(session, connection, extra_options)
        session.headers.clear()
        session.headers.update(own_headers)
        return session

    def _configure_session_from_mount_adapters(self, session: requests.Session) -> requests.Session:
        quiet_wire_log()
        self.keep_alive_adapter = TimeoutAdapter(self._settings.timeout)
        return super()._configure_session_from_mount_adapters(session)
