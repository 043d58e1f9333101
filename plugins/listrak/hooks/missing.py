"""What to say when Airflow does not find a connection: it may only have failed to look."""

from __future__ import annotations

import os

from airflow.sdk.exceptions import ErrorType

from listrak.connection_fields import unreadable_text, variable
from listrak.errors import (
    ConnectionSettingsError,
    ConnectionUnavailableError,
    ListrakSourceError,
)


def missing_connection(conn_id: str, how_to_make: str) -> ListrakSourceError:
    """Return the error that says whether to try again, or how to make the connection."""
    return obstacle(conn_id) or ConnectionSettingsError(
        f"There is no Airflow connection `{conn_id}`. Nothing was read or sent; what is pending "
        f"stays so. Create it under Admin > Connections or as {variable(conn_id)}: {how_to_make}."
    )


def obstacle(conn_id: str) -> ListrakSourceError | None:
    """Return what kept Airflow from finding a connection; None where there is none of that name.

    Airflow 3.3 logs whatever a secrets backend raises at DEBUG and then says "isn't defined"
    (`airflow.sdk.execution_time.context._get_connection`): a backend that is away, or a mistake in
    a connection's text, must not be taken for a connection that nobody made.
    """
    if text := os.environ.get(variable(conn_id)):
        return unreadable_text(conn_id, text)
    if (doubtful := _doubtful_backend(conn_id)) is None:
        return None
    return ConnectionUnavailableError(
        f"The Airflow connection `{conn_id}` cannot be looked up: {doubtful}. Nothing was read or "
        "sent; what is pending stays so. The task tries again."
    )


def _doubtful_backend(conn_id: str) -> str | None:
    """Return, in words, which secrets backend does not deny that there is the connection."""
    # Airflow's own list for the process at hand; importing it takes a second.
    from airflow.sdk.execution_time.supervisor import (  # noqa: PLC0415
        ensure_secrets_backend_loaded,
    )

    for backend in ensure_secrets_backend_loaded():
        name = type(backend).__name__
        try:
            if name == "ExecutionAPISecretsBackend":
                is_denied = _is_denied_by_api_server(conn_id)
            else:
                is_denied = backend.get_connection(conn_id=conn_id) is None
        except Exception as error:  # noqa: BLE001 (of any library; its text may hold a secret)
            return f"{name} failed ({type(error).__name__})"
        if not is_denied:
            return f"{name} did not answer at first"
    return None


def _is_denied_by_api_server(conn_id: str) -> bool:
    """Ask as `ExecutionAPISecretsBackend` does, which takes every failure for an absence."""
    # Imported where they are needed, as above.
    from airflow.sdk.execution_time.comms import ErrorResponse, GetConnection  # noqa: PLC0415
    from airflow.sdk.execution_time.task_runner import SUPERVISOR_COMMS  # noqa: PLC0415

    answer = SUPERVISOR_COMMS.send(GetConnection(conn_id=conn_id))
    return isinstance(answer, ErrorResponse) and answer.error == ErrorType.CONNECTION_NOT_FOUND
