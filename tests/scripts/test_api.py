"""Airflow's REST API as scripts/run uses it, against a stand-in."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from listrak.settings import ListSettings, SourceSettings
from local.api import AirflowApi, ApiError
from local.runs import earlier_runs

SOURCE = SourceSettings(name="One", lists=(ListSettings(id=12345),))
RUNS = f"/api/v2/dags/{SOURCE.dag_id}/dagRuns"


class Answers(BaseHTTPRequestHandler):
    """Answers by method and path; keeps what it was told to change."""

    bodies: ClassVar[dict[str, str]] = {}
    changes: ClassVar[list[tuple[str, object]]] = []

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        request = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.command == "PATCH":
            self.changes.append((path, json.loads(request)))
        body = self.bodies.get(path, "{}").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_PATCH = do_POST = do_GET  # noqa: N815 (names of http.server)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its signature)
        pass


@pytest.fixture
def address() -> Iterator[str]:
    Answers.bodies = {"/auth/token": '{"access_token": "t"}'}
    Answers.changes = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_what_is_not_airflow_is_called_so(address: str) -> None:
    Answers.bodies["/auth/token"] = "<html>"

    with pytest.raises(ApiError, match=rf"^What answers at {address} is not Airflow\.$"):
        AirflowApi(address, "user", "password")


def test_index_that_airflow_shows_before_rendering_is_no_label(address: str) -> None:
    fields = {"task_id": "extract_contacts", "state": "running", "try_number": 1}
    found = [
        {**fields, "map_index": 1, "rendered_map_index": "1"},
        {**fields, "map_index": 0, "rendered_map_index": "12345 News"},
    ]
    Answers.bodies[f"{RUNS}/r/taskInstances"] = json.dumps(
        {"task_instances": found, "total_entries": 2}
    )

    tasks = AirflowApi(address, "user", "password").task_instances(SOURCE.dag_id, "r")

    assert [task.label for task in tasks] == ["", "12345 News"]


def test_earlier_run_for_a_time_to_come_is_ended_and_not_waited_for(address: str) -> None:
    found = [
        {"dag_run_id": "now", "logical_date": None},
        {"dag_run_id": "past", "logical_date": "2026-01-01T00:00:00Z"},
        {"dag_run_id": "later", "logical_date": "2999-01-01T00:00:00Z"},
    ]
    Answers.bodies[RUNS] = json.dumps({"dag_runs": found, "total_entries": 3})
    said: list[str] = []

    runs = earlier_runs(AirflowApi(address, "user", "password"), SOURCE, said.append)

    assert [(run.run_id, run.lists) for run in runs] == [("now", (12345,)), ("past", (12345,))]
    assert Answers.changes == [(f"{RUNS}/later", {"state": "failed"})]
    assert len(said) == 1
    assert "run later is for a time to come (2999-01-01" in said[0]
