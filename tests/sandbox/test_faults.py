"""Every way of misbehaving, seen from a client over the loopback."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest
import requests

from sandbox.faults import Fault
from sandbox.listrak_api import ListrakApi
from sandbox.segment_api import SegmentApi

BATCH = {"batch": [{"type": "identify", "anonymousId": "a@example.com", "messageId": "m"}]}


def post(segment: SegmentApi) -> requests.Response:
    auth = (segment.write_key, "")
    return requests.post(f"{segment.host}/v1/batch", json=BATCH, auth=auth, timeout=5)


@pytest.mark.parametrize("retry_after", [7, "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_status_is_answered_with_retry_after_and_nothing_is_done(
    retry_after: int | str, segment: SegmentApi
) -> None:
    segment.faults.add(Fault("status", status=429, retry_after=retry_after))

    refused, taken = post(segment), post(segment)

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == str(retry_after)
    assert taken.status_code == 200
    assert segment.ledger.batches == 1


def test_html_page_comes_instead_of_json(segment: SegmentApi) -> None:
    segment.faults.add(Fault("html", status=502))

    response = post(segment)

    assert response.status_code == 502
    assert response.headers["Content-Type"].startswith("text/html")


def test_success_can_be_something_else_than_json(segment: SegmentApi) -> None:
    segment.faults.add(Fault("not_json"))

    response = post(segment)

    assert response.status_code == 200
    with pytest.raises(requests.JSONDecodeError, match="Expecting value"):
        response.json()


def test_truncated_body_is_noticed(api: ListrakApi, listrak: requests.Session) -> None:
    api.faults.add(Fault("truncated", path="/Contact"))
    url = f"{api.base_url}/v1/List/1/Contact"

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        listrak.get(url)

    assert listrak.get(url).status_code == 200


@pytest.mark.parametrize(("kind", "batches"), [("reset", 0), ("reset_after", 1)])
def test_reset_is_a_reset_before_or_after_the_work(
    kind: Any, batches: int, segment: SegmentApi
) -> None:
    segment.faults.add(Fault(kind))

    with pytest.raises(requests.ConnectionError, match="Connection reset by peer"):
        post(segment)

    assert segment.ledger.batches == batches


def test_hang_ends_when_the_client_goes(segment: SegmentApi) -> None:
    segment.faults.add(Fault("hang"))

    with pytest.raises(requests.ReadTimeout, match="timed out"):
        requests.get(segment.host, timeout=0.05)

    assert post(segment).status_code == 200


def test_hang_ends_when_the_server_stops() -> None:
    before = threading.active_count()
    with SegmentApi() as segment:
        segment.faults.add(Fault("hang"))
        client = socket.create_connection(("127.0.0.1", segment.port), timeout=5)
        client.sendall(b"GET / HTTP/1.1\r\nHost: sandbox\r\n\r\n")

    with client:
        answered = _received(client)

    assert answered == b""
    assert threading.active_count() == before


def _received(client: socket.socket) -> bytes:
    try:
        return client.recv(1)
    except ConnectionResetError:
        return b""


def test_fault_waits_for_its_path_and_turn(api: ListrakApi, listrak: requests.Session) -> None:
    api.faults.add(Fault("status", path=r"/Contact\?.*count=4", skip=1, times=2, status=500))
    counted, other = "/v1/List/1/Contact?count=4", "/v1/List"

    paths = [counted, other, counted, other, counted, counted]
    statuses = [listrak.get(api.base_url + path).status_code for path in paths]

    assert statuses == [200, 200, 500, 200, 500, 200]


def test_endless_fault_lasts_until_cleared(segment: SegmentApi) -> None:
    segment.faults.add(Fault("status", times=None))
    before = [post(segment).status_code for _ in range(3)]

    requests.delete(f"{segment.host}/sandbox/faults", timeout=5)

    assert before == [500, 500, 500]
    assert post(segment).status_code == 200


def test_fault_can_be_posted_to_a_running_server(segment: SegmentApi) -> None:
    url = f"{segment.host}/sandbox/faults"

    posted = requests.post(url, json={"kind": "status", "status": 503}, timeout=5)

    assert posted.json() == {"waiting": 1}
    assert post(segment).status_code == 503


@pytest.mark.parametrize("fault", [{"kind": "slow"}, {"what": 1}, 3, {"kind": "html", "path": "("}])
def test_wrong_fault_is_refused(fault: object, segment: SegmentApi) -> None:
    response = requests.post(f"{segment.host}/sandbox/faults", json=fault, timeout=5)

    assert response.status_code == 400
    assert len(segment.faults) == 0


def test_server_starts_again_on_its_port(segment: SegmentApi) -> None:
    port = segment.port

    segment.stop()
    segment.start()

    assert segment.port == port
    assert post(segment).status_code == 200
