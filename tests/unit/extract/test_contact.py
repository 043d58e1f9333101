import json

import pytest

from listrak.extract.contact import (
    Collection,
    ContactList,
    ContactPage,
    NotAnAnswerError,
    ProfileValue,
    decode,
)
from listrak.extract.rows import user_id


def page_with(cursor: object) -> ContactPage:
    return decode(json.dumps({"data": [], "nextPageCursor": cursor}).encode(), ContactPage)


def test_unknown_members_are_ignored() -> None:
    body = b'{"status":200,"new":{},"data":[{"listId":7,"listName":"News","newer":[1]}]}'

    assert decode(body, Collection[ContactList]).entries == [ContactList(7, "News")]


def test_odd_values_do_not_cost_the_page() -> None:
    body = b"""{"data": [{"emailAddress": 5, "subscribeDate": 7, "resubscribeDate": {},
        "segmentationFieldValues": [null, {"segmentationFieldId": null, "value": [1]}]},
        {"emailAddress": "half\\ud800@example.com"}]}"""

    first, second = decode(body, ContactPage).contacts

    assert first.email == 5
    assert second.email == "half?@example.com"


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "9" * 5000])
def test_number_out_of_range_costs_its_value_alone(number: str) -> None:
    value = f'{{"segmentationFieldId": 5, "value": {number}}}'
    body = f"""{{"data": [{{"emailAddress": "a@x", "segmentationFieldValues": [{value}]}},
        {{"emailAddress": "b@x", "segmentationFieldValues": [{value.replace(number, "1.0")}]}}]}}"""

    odd, other = decode(body.encode(), ContactPage).contacts

    assert odd.email == "a@x"
    assert user_id(odd, 5) is None
    assert user_id(other, 5) == "1"


@pytest.mark.parametrize("values", [b"null", b"[]"])
def test_contact_may_come_without_profile_values(values: bytes) -> None:
    page = decode(b'{"data":[{"segmentationFieldValues":%b},{}]}' % values, ContactPage)

    assert [contact.profile or [] for contact in page.contacts] == [[], []]


def test_profile_value_keeps_its_digits() -> None:
    body = b'{"segmentationFieldId":3,"value":"00123.50"}'

    assert decode(body, ProfileValue).value == "00123.50"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>ann@example.com</html>",
        b'{"status":200}',
        b'{"status":200,"data":null}',
        b'{"data":NaN}',
        b'{"data":[{"emailAddress":"ann@exam',
        b'{"data":{"emailAddress":"ann@example.com"}}',
        b"[" * 100_000,
        b'{"data":[{"emailAddress":"ann@example.com\xff"}]}',
        b'["ann@example.com"]',
        b"null",
    ],
)
def test_anything_but_a_page_is_refused_without_quoting_it(body: bytes) -> None:
    with pytest.raises(NotAnAnswerError, match="bytes that are not a ContactPage") as refused:
        decode(body, ContactPage)

    assert "@" not in str(refused.value)
    assert refused.value.__context__ is None


@pytest.mark.parametrize("cursor", [None, ""])
def test_null_or_empty_cursor_is_the_end(cursor: str | None) -> None:
    assert page_with(cursor).next_cursor is None


@pytest.mark.parametrize("cursor", ["abc+/==", "/ab?c", "https", "xcursor=1", "cursor="])
def test_opaque_cursor_is_left_alone(cursor: str) -> None:
    assert page_with(cursor).next_cursor == cursor


@pytest.mark.parametrize(
    "uri",
    [
        "https://api.listrak.com/email/v1/List/1/Contact?count=5000&cursor=a%2Bb%2F%3D%3D&x=1",
        "/email/v1/List/1/Contact?Cursor=a+b/==",
        "cursor=a%2bb/%3d%3D",
    ],
)
def test_cursor_is_taken_out_of_a_uri(uri: str) -> None:
    assert page_with(uri).next_cursor == "a+b/=="
