"""A connection that Airflow does not find is not always one that nobody made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from airflow.sdk.exceptions import ErrorType
from airflow.sdk.execution_time import supervisor, task_runner
from airflow.sdk.execution_time.comms import ErrorResponse, GetConnection
from airflow.sdk.execution_time.secrets.execution_api import ExecutionAPISecretsBackend
from airflow.secrets.base_secrets import BaseSecretsBackend

from listrak.errors import ConnectionSettingsError, ConnectionUnavailableError
from listrak.hooks.segment import SegmentHook
from listrak.hooks.warehouse import WarehouseHook
from listrak.warehouse.duckdb.file import DuckDBFile


class Away(BaseSecretsBackend):
    def get_conn_value(self, conn_id: str, team_name: str | None = None) -> str | None:
        raise ConnectionError(f"no route, token s3cret, asking for {conn_id} of {team_name}")


class AwayAtFirst(BaseSecretsBackend):
    def __init__(self) -> None:
        self.answers: Iterator[str | None] = iter([None, "postgres://loader@db/snapshots"])

    def get_conn_value(self, conn_id: str, team_name: str | None = None) -> str | None:
        return next(self.answers) if (conn_id, team_name) else None


@dataclass(frozen=True)
class ApiServer:
    """What answers a task's process: always that."""

    error: ErrorType

    def send(self, question: GetConnection) -> ErrorResponse:
        return ErrorResponse(error=self.error, detail={"conn_id": question.conn_id})


def look_in(monkeypatch: pytest.MonkeyPatch, *backends: object) -> None:
    monkeypatch.setattr(supervisor, "ensure_secrets_backend_loaded", lambda: [*backends])


@pytest.mark.parametrize(
    "text",
    [
        '{"conn_type": "postgres", "password": "s3cret",}',
        "postgres://loader:pa#s3cret@db/snapshots",
        "postgres://loader:s3cret@db:5432x/snapshots",
    ],
)
def test_mistake_in_the_warehouses_text_is_not_taken_for_the_file(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE_DEFAULT", text)

    with pytest.raises(ConnectionSettingsError, match="text of AIRFLOW_CONN_WAREHOUSE") as caught:
        WarehouseHook().get_conn()

    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_key_that_a_connection_has_not_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '{"conn_type": "postgres", "database": "s3cret", "passwort": "s3cret"}'
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE_DEFAULT", text)

    with pytest.raises(
        ConnectionSettingsError, match="has `database`, `passwort`; expected only conn_type, host"
    ) as caught:
        WarehouseHook().get_conn()

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("backend", [Away, AwayAtFirst])
@pytest.mark.parametrize("hook", [WarehouseHook().get_conn, SegmentHook().connection])
def test_secrets_backend_that_is_away_is_tried_again(
    backend: type[BaseSecretsBackend], hook: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(hook)
    look_in(monkeypatch, backend())

    with pytest.raises(ConnectionUnavailableError, match=f"{backend.__name__} ") as caught:
        hook()

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("error", [ErrorType.API_SERVER_ERROR, ErrorType.GENERIC_ERROR])
def test_api_server_that_fails_is_tried_again(
    error: ErrorType, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_in(monkeypatch, ExecutionAPISecretsBackend())
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", ApiServer(error), raising=False)

    with pytest.raises(ConnectionUnavailableError, match="did not answer"):
        WarehouseHook().get_conn()


def test_file_is_the_warehouse_where_the_api_server_knows_of_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look_in(monkeypatch, ExecutionAPISecretsBackend())
    nobody_made_it = ApiServer(ErrorType.CONNECTION_NOT_FOUND)
    monkeypatch.setattr(task_runner, "SUPERVISOR_COMMS", nobody_made_it, raising=False)

    assert isinstance(WarehouseHook().get_conn(), DuckDBFile)
