import itertools
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pyarrow as pa
import pytest

from listrak.errors import ListrakUnavailableError
from listrak.extract.client import ListrakClient
from listrak.extract.read import (
    ROWS_PER_TABLE,
    Progress,
    log_progress,
    read_contacts,
    read_unsubscribes,
)
from listrak.extract.retry import ATTEMPTS
from listrak.extract.rows import CONTACT_ROWS, ListRead
from tests.unit.extract.scripted_listrak import Reply, ScriptedListrak, json_reply, page

LIST = ListRead(12345, timezone="America/New_York")
MOMENT = datetime(2026, 1, 10, 12)


def contact(name: str, subscribed: str = "2020-01-02T03:04:05") -> dict[str, str]:
    return {
        "emailAddress": f"{name}@x.test",
        "subscriptionState": "Subscribed",
        "subscribeDate": subscribed,
    }


def left(name: str, unsubscribed: str) -> dict[str, str]:
    return contact(name) | {"subscriptionState": "Unsubscribed", "unsubscribeDate": unsubscribed}


def test_pages_are_grouped_into_tables(listrak: ScriptedListrak, client: ListrakClient) -> None:
    half = [f"a{number}@x.test" for number in range(ROWS_PER_TABLE // 2)]
    listrak.replies = [page(half, "1"), page(half, "2"), page(half, "3"), page([])]

    tables = list(read_contacts(client, LIST))

    assert [table.num_rows for table in tables] == [ROWS_PER_TABLE, ROWS_PER_TABLE // 2]
    assert {table.schema for table in tables} == {CONTACT_ROWS}


def test_empty_list_yields_nothing(listrak: ScriptedListrak, client: ListrakClient) -> None:
    listrak.replies = [page([], "1"), page([])]

    assert list(read_contacts(client, LIST)) == []


def test_user_id_field_is_asked_for_and_read(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    profile = [{"segmentationFieldId": 31, "value": "0042"}]
    contact = {"emailAddress": "Ann@X.test", "segmentationFieldValues": profile}
    listrak.replies = [json_reply({"data": [contact]})]

    table = pa.concat_tables(read_contacts(client, ListRead(12345, 31, "UTC")))

    assert listrak.requests[0].query["segmentationFieldIds"] == "31"
    assert table.select(["email", "user_id", "subscribed_at"]).to_pylist() == [
        {"email": "ann@x.test", "user_id": "0042", "subscribed_at": None}
    ]


def test_past_moment_is_read_from_both_states(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [
        json_reply({"data": [contact("here"), contact("new", subscribed="2026-01-10T07:00:01")]}),
        json_reply({"data": [left("gone", "2026-01-10T07:00:00"), left("still", "2026-01-10T08")]}),
    ]

    table = pa.concat_tables(read_contacts(client, replace(LIST, as_of=MOMENT)))

    states = dict(zip(table["email"].to_pylist(), table["state"].to_pylist(), strict=True))
    assert states == {
        "here@x.test": "subscribed",
        "new@x.test": "later",
        "gone@x.test": "unsubscribed",
        "still@x.test": "subscribed",
    }
    first, second = (request.query for request in listrak.requests)
    assert "startDate" not in first
    assert (second["subscriptionState"], second["startDate"]) == (
        "Unsubscribed",
        "2026-01-10T04:00:00",
    )


def test_unsubscribes_are_read_from_their_date_on_and_only_those_before_the_moment(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [
        json_reply({"data": [left("gone", "2026-01-10T07:00:00"), left("still", "2026-01-10T08")]})
    ]
    read = replace(LIST, as_of=MOMENT)

    table = pa.concat_tables(read_unsubscribes(client, read, MOMENT - timedelta(days=1)))

    assert table.select(["email", "unsubscribed_at"]).to_pylist() == [
        {"email": "gone@x.test", "unsubscribed_at": MOMENT}
    ]
    assert listrak.requests[0].query["startDate"] == "2026-01-09T04:00:00"


def test_progress_is_reported_every_ten_seconds_and_at_the_end(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [page(["a@x.test"], str(number)) for number in range(4)] + [page([])]
    reports: list[Progress] = []
    clock = itertools.count(0.0, 6.0).__next__

    list(read_contacts(client, LIST, reports.append, clock))

    assert [(report.pages, report.contacts, report.seconds) for report in reports] == [
        (2, 2, 12.0),
        (4, 4, 24.0),
        (5, 4, 36.0),
    ]


def test_progress_reads_as_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    log_progress(Progress(12345, 3, 12_000, 2.0))

    assert caplog.messages == [
        "List 12345: 3 pages, 12,000 contacts read in 2 s (6,000 contacts/s)"
    ]


def test_failing_page_ends_the_read_with_an_error(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [page(["a@x.test"], "1"), *[Reply(b"", 500)] * ATTEMPTS]

    with pytest.raises(ListrakUnavailableError, match="HTTP 500"):
        list(read_contacts(client, LIST))
