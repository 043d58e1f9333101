from __future__ import annotations

import logging
from datetime import datetime

import pyarrow as pa
import pytest

from listrak.errors import ListrakUnauthorizedError, ListrakUnavailableError
from listrak.extract.client import ListrakClient
from listrak.extract.look_up import AT_ONCE, look_up_contacts
from listrak.extract.retry import ATTEMPTS
from listrak.extract.rows import ListRead
from tests.unit.extract.scripted_listrak import Reply, ScriptedListrak, json_reply

READ = ListRead(12345, 31)
NOT_LOCATED = {"status": 404, "error": "ERROR_UNABLE_TO_LOCATE_RESOURCE", "message": "Unable to…"}
UNSAFE = {"status": 400, "error": "ERROR_UNSAFE_ROUTE", "message": "The route…"}


def missing(email: str = "ann@x.test", key: str | None = None) -> pa.Table:
    return pa.table({"email": [email], "email_key": pa.array([key], pa.string())})


def found(**contact: object) -> Reply:
    return json_reply({"status": 200, "data": {"subscriptionState": "Subscribed"} | contact})


def states(client: ListrakClient, contacts: pa.Table) -> list[tuple[str, str]]:
    table = pa.concat_tables(look_up_contacts(client, READ, contacts))
    return [(row["email"], row["state"]) for row in table.to_pylist()]


def test_contact_is_asked_for_with_its_profile_field(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    profile = [{"segmentationFieldId": 31, "value": "u1"}]
    listrak.replies = [found(emailAddress="Ann@X.test", segmentationFieldValues=profile)]

    (table,) = look_up_contacts(client, READ, missing("ann@x.test"))

    assert listrak.requests[0].path == "/email/v1/List/12345/Contact/ann@x.test"
    assert listrak.requests[0].query == {"segmentationFieldIds": "31"}
    assert table.select(["email", "user_id", "state"]).to_pylist() == [
        {"email": "ann@x.test", "user_id": "u1", "state": "subscribed"}
    ]


def test_contact_is_asked_for_by_its_key_where_it_has_one(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [found(emailAddress="A&B@x.test")]

    assert states(client, missing("a&b@x.test", "7425C5B0")) == [("a&b@x.test", "subscribed")]
    assert listrak.requests[0].path.endswith("/Contact/7425C5B0")


@pytest.mark.parametrize("state", ["Subscribed", "Unsubscribed"])
def test_contact_that_has_another_address_now_is_gone_under_this_one(
    listrak: ScriptedListrak, client: ListrakClient, state: str
) -> None:
    listrak.replies = [found(emailAddress="Ann@new.test", subscriptionState=state)]

    assert states(client, missing("ann@old.test", "K1")) == [("ann@old.test", "deleted")]


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (found(subscriptionState="Unsubscribed"), "unsubscribed"),
        (json_reply(NOT_LOCATED, 404), "deleted"),
        (json_reply({"status": 404, "error": "ERROR_UNKNOWN_ROUTE"}, 404), "unconfirmed"),
        (Reply(b"<h1>Not found</h1>", 404), "unconfirmed"),
        (json_reply(UNSAFE, 400), "unconfirmed"),
    ],
)
def test_answer_says_what_became_of_the_contact(
    listrak: ScriptedListrak, client: ListrakClient, reply: Reply, state: str
) -> None:
    listrak.replies = [reply]

    assert states(client, missing()) == [("ann@x.test", state)]


@pytest.mark.parametrize(
    ("email", "state"),
    [("", "deleted"), (" ", "deleted"), (".", "unconfirmed"), ("..", "unconfirmed")],
)
def test_what_there_is_no_route_to_is_not_asked_for(
    listrak: ScriptedListrak, client: ListrakClient, email: str, state: str
) -> None:
    assert states(client, missing(email)) == [(email, state)]
    assert listrak.requests == []


def test_time_of_the_unsubscribe_is_known(listrak: ScriptedListrak, client: ListrakClient) -> None:
    listrak.replies = [
        found(subscriptionState="Unsubscribed", unsubscribeDate="2026-01-10T07:00:00")
    ]

    (table,) = look_up_contacts(client, READ, missing())

    assert table["unsubscribed_at"].to_pylist() == [datetime(2026, 1, 10, 12)]


def test_few_are_handed_over_at_a_time(listrak: ScriptedListrak, client: ListrakClient) -> None:
    listrak.replies = [json_reply(NOT_LOCATED, 404)] * (AT_ONCE + 1)
    many = pa.concat_tables([missing(f"a{number}@x.test") for number in range(AT_ONCE + 1)])

    assert [table.num_rows for table in look_up_contacts(client, READ, many)] == [AT_ONCE, 1]


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        ([Reply(b"", 401)] * 2, ListrakUnauthorizedError),
        ([Reply(b"", 503)] * ATTEMPTS, ListrakUnavailableError),
    ],
)
def test_address_stands_in_no_message_and_no_log(
    listrak: ScriptedListrak,
    client: ListrakClient,
    replies: list[Reply],
    error: type[Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    listrak.replies = replies

    with pytest.raises(error, match="Contact/…") as caught:
        list(look_up_contacts(client, READ, missing("ann.private@x.test")))

    assert "private" not in f"{caught.value!r} {caplog.text}"
    assert caught.value.__context__ is None or "private" not in repr(caught.value.__context__)
