"""BigQuery's REST interface on this machine, for Google's real client.

It has what the client asks for here: jobs (insert, get, list, their results), datasets and tables
(get), sessions, and a service account's tokens; see
https://cloud.google.com/bigquery/docs/reference/rest. Behind it is DuckDB (engine.py).

It cannot show what Google's rights, quotas, clock or network do, nor that a session's transaction
sees and locks what BigQuery's documents say: DuckDB's transactions stand in for it. Trouble is
given by `Trouble`, in the form in which the documents have it.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from listrak.warehouse.bigquery.connection import BigQueryConnection
from tests.unit.warehouse.bigquery.account import PROJECT, a_key
from tests.unit.warehouse.bigquery.engine import (
    Engine,
    Given,
    Outcome,
    RefusedStatementError,
)
from tests.unit.warehouse.bigquery.trouble import Trouble
from tests.unit.warehouse.bigquery.values import page_of

TOKEN = "t0ken"
PAGE = 1_000
LARGEST_REQUEST = 10 * 1024 * 1024  # https://cloud.google.com/bigquery/quotas#query_jobs
MOST_PARAMETERS = 10_000
ABORT = re.compile(r"call bq\.abort_session \((@session)?\)", re.IGNORECASE)


@dataclass
class Job:
    resource: dict[str, Any]
    outcome: Outcome | None = None
    error: RefusedStatementError | None = None


@dataclass
class StandIn:
    """`asked`: the jobs, as they were sent. `troubles`: what is to go wrong."""

    engine: Engine = field(default_factory=Engine)
    jobs: dict[str, Job] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    address: str = ""
    location: str = "US"

    @property
    def settings(self) -> BigQueryConnection:
        return BigQueryConnection(
            "warehouse_default",
            PROJECT,
            key=a_key(f"{self.address}/token"),
            api_endpoint=self.address,
            lock_timeout=0.5,
        )

    def reset(self) -> None:
        self.engine.reset()
        self.forget()

    def forget(self) -> None:
        """Forget what was asked, and whatever was to go wrong."""
        for session_id in list(self.engine.sessions):
            self.engine.end_session(session_id)
        self.jobs.clear()
        self.troubles.clear()

    def texts(self) -> list[str]:
        """The statements that were asked for, in their order."""
        return [query_of(each)["query"].strip() for each in self.jobs.values()]

    def insert(self, asked: dict[str, Any]) -> dict[str, Any]:
        query = query_of(Job(asked))
        reference = asked["jobReference"]
        if len(query.get("queryParameters", ())) > MOST_PARAMETERS:
            raise RefusedStatementError(400, "invalid", "Too many query parameters")
        if reference["location"] != self.location:
            raise RefusedStatementError(404, "notFound", "Not found: Dataset in that location")
        if reference["jobId"] in self.jobs:
            raise RefusedStatementError(409, "duplicate", "Already Exists: Job")
        trouble = next((each for each in self.troubles if each.strikes(query["query"])), None)
        if trouble and not trouble.is_run and (trouble.status != 200 or not trouble.reason):
            raise trouble.failure()
        if asked["configuration"].get("dryRun"):
            kind = self.engine.kind(query["query"], given_of(query))
            return asked | {"statistics": {"query": {"statementType": kind}}, **done()}
        job = self._ran(asked, query, trouble if trouble and trouble.reason else None)
        self.jobs[reference["jobId"]] = job
        if trouble and not trouble.reason:
            raise trouble.failure()
        return job.resource

    def _ran(self, asked: dict[str, Any], query: dict[str, Any], trouble: Trouble | None) -> Job:
        properties = {each["key"]: each["value"] for each in query.get("connectionProperties", [])}
        session_id = properties.get("session_id")
        if query.get("createSession"):
            session_id = self.engine.open_session()
        job = Job(asked)
        try:
            if trouble:
                raise trouble.failure()
            job.outcome = self._answer(query, session_id)
        except RefusedStatementError as error:
            job.error = error
        job.resource = {**asked, **done(job.error), "statistics": statistics(job, session_id)}
        return job

    def _answer(self, query: dict[str, Any], session_id: str | None) -> Outcome:
        given = given_of(query)
        if ABORT.search(query["query"]):
            other = given.get("session", ("", None))[1]
            self.engine.end_session(other or str(session_id))
            return Outcome("SCRIPT")
        return self.engine.run(query["query"], given, session_id)

    def results(self, job_id: str, start: int, most: int) -> dict[str, Any]:
        job = self.jobs[job_id]
        if job.error:
            raise job.error
        found = {"jobReference": job.resource["jobReference"], "jobComplete": True}
        outcome = job.outcome
        assert outcome
        if outcome.changed is not None:
            found["numDmlAffectedRows"] = str(outcome.changed)
        if outcome.columns is None:
            return found
        rows = outcome.rows[start : start + most]
        if start + most < len(outcome.rows):
            found["pageToken"] = str(start + most)
        schema = [{"name": name, "type": kind} for name, kind in outcome.columns]
        return found | {
            "schema": {"fields": schema},
            "totalRows": str(len(outcome.rows)),
            "rows": page_of(rows),
        }


def query_of(job: Job) -> dict[str, Any]:
    found: dict[str, Any] = job.resource["configuration"]["query"]
    return found


def given_of(query: dict[str, Any]) -> Given:
    return {
        each["name"]: (each["parameterType"]["type"], each["parameterValue"].get("value"))
        for each in query.get("queryParameters", [])
    }


def done(error: RefusedStatementError | None = None) -> dict[str, Any]:
    status: dict[str, Any] = {"state": "DONE"}
    if error:
        status["errorResult"] = {"reason": error.reason, "message": error.message}
        status["errors"] = [status["errorResult"]]
    return {"status": status}


def statistics(job: Job, session_id: str | None) -> dict[str, Any]:
    now = str(int(time.time() * 1000))
    found: dict[str, Any] = {"creationTime": now, "startTime": now, "endTime": now}
    if session_id:
        found["sessionInfo"] = {"sessionId": session_id}
    kind = job.outcome.kind if job.outcome else "SCRIPT"
    return found | {"query": {"statementType": kind}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    server: Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(self._found)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(lambda: self._posted(body))

    def _answer(self, what: Any) -> None:
        try:
            status, answer = 200, what()
        except RefusedStatementError as error:
            one = {"reason": error.reason, "message": error.message}
            status = error.status
            answer = {"error": {"code": status, "message": error.message, "errors": [one]}}
        except ConnectionResetError:
            self.close_connection = True
            return
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _posted(self, body: bytes) -> Any:
        if self.path == "/token":
            return {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}
        self._let_in()
        if len(body) > LARGEST_REQUEST:
            raise RefusedStatementError(413, "uploadTooLarge", "Request payload size exceeds")
        return self.server.stand_in.insert(json.loads(body))

    def _found(self) -> Any:
        self._let_in()
        url = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(url.query).items()}
        match url.path.removeprefix(f"/bigquery/v2/projects/{PROJECT}/").split("/"):
            case ["queries", job_id]:
                start, most = int(asked.get("pageToken", 0)), int(asked.get("maxResults", PAGE))
                return self.server.stand_in.results(job_id, start, most)
            case ["jobs"]:
                jobs = self.server.stand_in.jobs.values()
                return {"jobs": [each.resource for each in jobs]}
            case ["jobs", job_id]:
                return self.server.stand_in.jobs[job_id].resource
            case ["datasets", "listrak", *table]:
                if not self.server.stand_in.engine.has(*table[1:]):
                    raise RefusedStatementError(404, "notFound", "Not found: Dataset or Table")
                reference = {"projectId": PROJECT, "datasetId": "listrak"}
                return {
                    "datasetReference": reference,
                    "tableReference": reference | {"tableId": "".join(table[1:])},
                }
        raise RefusedStatementError(404, "notFound", f"Not found: {url.path}")

    def _let_in(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise RefusedStatementError(401, "authError", "Invalid Credentials")


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, stand_in: StandIn) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.stand_in = stand_in


@contextmanager
def running() -> Iterator[StandIn]:
    stand_in = StandIn()
    with Server(stand_in) as server:
        stand_in.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield stand_in
        finally:
            server.shutdown()
            stand_in.engine.close()
