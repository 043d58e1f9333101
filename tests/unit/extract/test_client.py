import logging
from datetime import datetime

import pytest

from listrak.errors import (
    ListrakRefusedError,
    ListrakSourceError,
    ListrakUnauthorizedError,
    ListrakUnavailableError,
)
from listrak.extract.client import MOST_EMPTY_PAGES, ContactQuery, ListrakClient
from listrak.extract.contact import ContactList, ProfileField
from listrak.extract.retry import ATTEMPTS
from tests.unit.extract.conftest import ErrorTexts
from tests.unit.extract.scripted_listrak import (
    ADDRESS,
    CLIENT_SECRET,
    Reply,
    ScriptedListrak,
    entries,
    json_reply,
    page,
    token,
)

QUERY = ContactQuery(12345, profile_field_ids=(7, 8))


def read_addresses(client: ListrakClient) -> list[object]:
    pages = client.contact_pages(QUERY)
    return [contact.email for read in pages for contact in read.contacts]


def test_lists_are_read(listrak: ScriptedListrak, client: ListrakClient) -> None:
    listrak.replies = [entries({"listId": 1, "listName": "News"}, {"listId": 2})]

    assert client.lists() == [ContactList(1, "News"), ContactList(2, None)]
    assert listrak.requests[0].path == "/email/v1/List"


def test_profile_fields_of_every_group_are_read(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [
        entries({"segmentationFieldGroupId": 3}, {"segmentationFieldGroupId": 4}),
        entries({"segmentationFieldId": 31, "segmentationFieldName": "Customer"}),
        json_reply({"status": 200, "data": None}),
    ]

    assert client.profile_fields(12345) == [ProfileField(31, "Customer")]
    assert [asked.path for asked in listrak.requests] == [
        "/email/v1/List/12345/SegmentationFieldGroup",
        "/email/v1/List/12345/SegmentationFieldGroup/3/SegmentationField",
        "/email/v1/List/12345/SegmentationFieldGroup/4/SegmentationField",
    ]


def test_every_page_repeats_every_parameter(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [page(["a@x.test"], "a+b/c=="), page(["b@x.test"], "%41&count=1"), page([])]

    assert read_addresses(client) == ["a@x.test", "b@x.test"]

    fixed = {"subscriptionState": "Subscribed", "segmentationFieldIds": "7,8", "count": "5000"}
    assert [asked.query for asked in listrak.requests] == [
        fixed,
        fixed | {"cursor": "a+b/c=="},
        fixed | {"cursor": "%41&count=1"},
    ]


def test_dates_are_asked_for_in_local_time(listrak: ScriptedListrak, client: ListrakClient) -> None:
    start = datetime(2026, 1, 2, 3, 4, 5)
    listrak.replies = [page([])]

    list(client.contact_pages(ContactQuery(1, "Unsubscribed", (), 10, start, start, False)))

    assert listrak.requests[0].query == {
        "subscriptionState": "Unsubscribed",
        "count": "10",
        "startDate": "2026-01-02T03:04:05",
        "endDate": "2026-01-02T03:04:05",
        "useOriginalSubscribeDate": "false",
    }


def test_twelve_thousand_contacts_come_over_three_pages(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    emails = [f"żółw.{number}+tag@EXAMPLE.test" for number in range(12_000)]
    listrak.replies = [
        page(emails[:5000], "one"),
        page(emails[5000:10_000], "two"),
        page(emails[10_000:]),
    ]

    assert read_addresses(client) == emails


def test_empty_page_with_a_cursor_is_followed(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [page([], "one"), page([], "two"), page(["a@x.test"])]

    assert read_addresses(client) == ["a@x.test"]


@pytest.mark.parametrize("cursors", [["one", "one"], ["one", "two", "one"]])
def test_repeated_cursor_is_refused(
    listrak: ScriptedListrak, client: ListrakClient, cursors: list[str]
) -> None:
    listrak.replies = [page(["a@x.test"], cursor) for cursor in cursors]

    with pytest.raises(ListrakUnavailableError, match=f"12345.*after {len(cursors)} pages"):
        read_addresses(client)


def test_empty_pages_without_end_are_refused(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [page([], str(number)) for number in range(MOST_EMPTY_PAGES + 1)]

    with pytest.raises(ListrakUnavailableError, match=f"{MOST_EMPTY_PAGES + 1} in a row"):
        read_addresses(client)


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(b"", 500),
        Reply(b"<html>Service Unavailable</html>", 503),
        Reply(b"<html>Sign in</html>"),
        Reply(b'{"status":200,"data":[{"emailAddr'),
        Reply(b'{"status":200}'),
        Reply(b'{"status":200,"data":[', fault="truncated"),
        Reply(fault="reset"),
        Reply(b"", 429),
    ],
    ids=["500", "503 html", "html", "cut short", "no data", "truncated", "reset", "429"],
)
def test_trouble_in_the_middle_loses_and_repeats_nothing(
    listrak: ScriptedListrak, client: ListrakClient, waits: list[float], trouble: Reply
) -> None:
    listrak.replies = [page(["a@x.test"], "one"), trouble, trouble, page(["b@x.test"])]

    assert read_addresses(client) == ["a@x.test", "b@x.test"]
    assert len(waits) == 2
    assert {asked.query["cursor"] for asked in listrak.requests[1:]} == {"one"}


def test_hanging_answer_is_tried_again(
    listrak: ScriptedListrak, impatient_client: ListrakClient, waits: list[float]
) -> None:
    listrak.replies = [Reply(fault="hang"), page(["a@x.test"])]

    assert read_addresses(impatient_client) == ["a@x.test"]
    assert len(waits) == 1


def test_retry_after_is_waited_for(
    listrak: ScriptedListrak, client: ListrakClient, waits: list[float]
) -> None:
    listrak.replies = [Reply(b"", 429, (("Retry-After", "33"),)), entries()]

    client.lists()

    assert waits == [33]


def test_long_retry_after_is_left_to_airflow(
    listrak: ScriptedListrak, client: ListrakClient, waits: list[float]
) -> None:
    listrak.replies = [Reply(b"", 503, (("Retry-After", "900"),))]

    with pytest.raises(ListrakUnavailableError, match="HTTP 503") as unavailable:
        client.lists()

    assert unavailable.value.retry_after == 900
    assert waits == []


def test_lasting_trouble_gives_up(
    listrak: ScriptedListrak, client: ListrakClient, waits: list[float]
) -> None:
    listrak.replies = [Reply(b"", 502)] * ATTEMPTS

    with pytest.raises(ListrakUnavailableError, match=r"GET v1/List: HTTP 502.*Nothing"):
        client.lists()

    assert len(waits) == ATTEMPTS - 1


def test_token_that_expires_between_pages_is_refreshed(
    listrak: ScriptedListrak, client: ListrakClient, waits: list[float]
) -> None:
    expired = json_reply({"status": 401, "error": "ERROR_UNAUTHORIZED"}, 401)
    listrak.replies = [page(["a@x.test"], "one"), expired, page(["b@x.test"])]

    assert read_addresses(client) == ["a@x.test", "b@x.test"]

    used = [asked.headers["Authorization"] for asked in listrak.requests]
    assert used == ["Bearer secret-token-1", "Bearer secret-token-1", "Bearer secret-token-2"]
    assert waits == []


def test_refused_fresh_token_names_the_likely_causes(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    refusal = json_reply({"status": 401, "error": "ERROR_UNAUTHORIZED"}, 401)
    listrak.replies = [refusal, refusal]

    with pytest.raises(ListrakUnauthorizedError, match="ERROR_UNAUTHORIZED") as refused:
        client.lists()

    assert len(listrak.requests) == 2
    for cause in ("`listrak_test`", "paused", "allow-list", "List, Contact and Segmentation"):
        assert cause in str(refused.value)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_other_refusals_fail_at_once_with_the_code(
    listrak: ScriptedListrak, client: ListrakClient, waits: list[float], status: int
) -> None:
    listrak.replies = [json_reply({"error": "ERROR_OF_SOME_KIND", "message": ADDRESS}, status)]

    with pytest.raises(ListrakRefusedError, match=f"HTTP {status} ERROR_OF_SOME_KIND"):
        read_addresses(client)

    assert waits == []


def test_redirect_is_refused_and_not_followed(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [Reply(b"", 302, (("Location", f"{listrak.url}/elsewhere"),))]

    with pytest.raises(ListrakRefusedError, match="HTTP 302") as refused:
        client.lists()

    assert len(listrak.requests) == 1
    assert "elsewhere" not in str(refused.value)


@pytest.mark.parametrize(
    "trouble",
    [
        json_reply({"error": ADDRESS, "message": ADDRESS}, 400),
        json_reply({"error": ADDRESS, "message": ADDRESS}, 401),
        Reply(ADDRESS.encode(), 503, (("Retry-After", ADDRESS),)),
        Reply(b'{"data":[{"emailAddress":"%b"' % ADDRESS.encode()),
        Reply(b'"%b\xff"' % ADDRESS.encode()),
        Reply(ADDRESS.encode(), fault="truncated"),
        Reply(fault="reset"),
        Reply(b"", 302, (("Location", f"http://x.test/{ADDRESS}"),)),
    ],
    ids=["400", "401", "503", "cut short", "not UTF-8", "truncated", "reset", "302"],
)
def test_nothing_said_or_logged_is_about_a_person_or_a_secret(
    listrak: ScriptedListrak,
    client: ListrakClient,
    caplog: pytest.LogCaptureFixture,
    everything_said: ErrorTexts,
    trouble: Reply,
) -> None:
    caplog.set_level(logging.DEBUG)
    listrak.token_replies = [token("secret-token")] * 2
    listrak.replies = [page([ADDRESS], f"after:{ADDRESS}"), *[trouble] * ATTEMPTS]

    with pytest.raises(ListrakSourceError, match="Contact") as raised:
        read_addresses(client)

    said = caplog.text + everything_said(raised.value)
    for secret in ("@", "%40", "secret-token", CLIENT_SECRET):
        assert secret not in said
