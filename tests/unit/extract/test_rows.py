from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listrak.extract.contact import Contact, ProfileValue
from listrak.extract.rows import (
    CONTACT_ROWS,
    ListRead,
    address,
    contact_rows,
    email_key,
    subscribed_at,
    user_id,
    utc_time,
)

EASTERN = ZoneInfo("America/New_York")
FIELD = 2446151


def test_contacts_become_rows_in_their_order() -> None:
    contacts = [
        Contact(
            "Ann@Example.com",
            key="A1",
            subscribed="2024-01-15T12:00:00",
            profile=[ProfileValue(FIELD, "a-1")],
        ),
        Contact("żółw+1@EXAMPLE.com", state="Unsubscribed", unsubscribed="2024-01-15T12:00:00"),
    ]

    table = contact_rows(contacts, ListRead(1, FIELD))

    assert table.schema == CONTACT_ROWS
    assert table.to_pylist() == [
        {
            "email": "ann@example.com",
            "email_key": "A1",
            "user_id": "a-1",
            "subscribed_at": datetime(2024, 1, 15, 17),
            "state": "subscribed",
            "unsubscribed_at": None,
        },
        {
            "email": "żółw+1@example.com",
            "email_key": None,
            "user_id": None,
            "subscribed_at": None,
            "state": "unsubscribed",
            "unsubscribed_at": datetime(2024, 1, 15, 17),
        },
    ]


def test_empty_page_has_the_schema() -> None:
    assert contact_rows([], ListRead(1)).schema == CONTACT_ROWS


@pytest.mark.parametrize("email", [None, 5, {}, ["a@example.com"]])
def test_what_is_no_text_is_no_address(email: object) -> None:
    assert address(Contact(email)) == ""


@pytest.mark.parametrize(
    ("email", "kept"),
    [
        ("ann.o+news@ex-ample.com", None),
        ("Ann@example.com", "KEY"),  # how the route compares letters is not documented
        ("a&b@example.com", "KEY"),
        ("o'neil@example.com", "KEY"),
        ("a/b@example.com", "KEY"),
        ("żółw@example.com", "KEY"),
        (" ann@example.com", "KEY"),
        (None, "KEY"),
        ("x" * 1000 + "@example.com", "KEY"),
    ],
)
def test_key_is_kept_where_the_address_may_not_stand_in_a_route(
    email: str | None, kept: str | None
) -> None:
    assert email_key(Contact(email, key="KEY")) == kept


@pytest.mark.parametrize("value", [None, "", "   ", "\t\n", True, {}, ["1"], "u" * 1001, "ü" * 501])
def test_empty_or_odd_profile_value_is_no_user_id(value: object) -> None:
    assert user_id(Contact(profile=[ProfileValue(FIELD, value)]), FIELD) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("007", "007"),
        (" 1e5 ", "1e5"),
        ("0", "0"),
        (0, "0"),
        ("NULL", "NULL"),
        ("1.0", "1.0"),
        (1.0, "1"),
        (1e20, "100000000000000000000"),
        (1.5, "1.5"),
    ],
)
def test_profile_value_is_taken_as_text(value: str | float, expected: str) -> None:
    contact = Contact(profile=[ProfileValue(1, "other"), ProfileValue(FIELD, value)])

    assert user_id(contact, FIELD) == expected


@pytest.mark.parametrize(
    ("field_id", "expected"),
    [(5, "u"), (5.0, "u"), ("5", "u"), ("6", None), ("", None), (None, None)],
)
def test_profile_field_is_known_by_its_id(field_id: object, expected: str | None) -> None:
    assert user_id(Contact(profile=[ProfileValue(field_id, "u")]), 5) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-15T12:00:00", "2024-01-15T17:00:00"),
        ("2024-07-15T12:00:00.6", "2024-07-15T16:00:00.600000"),
        ("2024-07-15T12:00:00.1234567", "2024-07-15T16:00:00.123456"),
        ("2024-07-15T12:00:00Z", "2024-07-15T12:00:00"),
        ("2024-07-15T12:00:00.1234567Z", "2024-07-15T12:00:00.123456"),
        ("2024-07-15T12:00:00+05:30", "2024-07-15T06:30:00"),
        ("2024-11-03T01:30:00", "2024-11-03T05:30:00"),  # twice that night: the earlier
        ("2024-03-10T02:30:00", "2024-03-10T07:30:00"),  # skipped that night: 03:30
    ],
)
def test_date_is_read_as_local_time(text: str, expected: str) -> None:
    assert utc_time(text, EASTERN) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00+14:00",
        "1899-12-31T23:59:59",
        "9999-12-31T23:59:59.9999999",
        "2023-02-29T00:00:00",
        "01/02/2024",
        "soon",
    ],
)
def test_date_that_says_nothing_is_none(text: str | None) -> None:
    assert utc_time(text, EASTERN) is None


@given(st.text())
def test_no_text_breaks_the_date_reader(text: str) -> None:
    time = utc_time(text, EASTERN)

    assert time is None or time.tzinfo is None


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(9998, 12, 31)),
    st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC"]),
)
def test_date_comes_back_in_its_own_zone(local: datetime, zone_name: str) -> None:
    zone = ZoneInfo(zone_name)

    time = utc_time(local.isoformat(), zone)

    assert time is not None
    back = time.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)
    gap = local.replace(tzinfo=zone).utcoffset() != local.replace(tzinfo=zone, fold=1).utcoffset()
    assert back == local or (gap and back > local)


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [
        ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", 2021),
        ("2022-01-01T00:00:00Z", "2021-01-01T00:00:00Z", 2022),
        ("2020-01-01T00:00:00Z", "0001-01-01T00:00:00", 2020),
        (None, "2021-01-01T00:00:00Z", 2021),
    ],
)
def test_later_subscription_counts(first: str | None, again: str, expected: int) -> None:
    time = subscribed_at(Contact(subscribed=first, resubscribed=again), EASTERN)

    assert time is not None
    assert time.year == expected


@given(st.lists(st.text(), max_size=20))
def test_addresses_are_stripped_and_lowered_as_python_does(emails: list[str]) -> None:
    contacts = [Contact(email) for email in emails]

    column = contact_rows(contacts, ListRead(1)).column("email").to_pylist()

    assert column == [email.strip().lower().replace("\0", "\ufffd") for email in emails]


def test_what_no_warehouse_holds_costs_no_list() -> None:
    """PostgreSQL has no NUL, and its indexes hold 2,704 bytes."""
    odd = [
        Contact(email="a\0@x", profile=[ProfileValue(7, "u\0 1")]),
        Contact(email="x" * 3000 + "@x"),
        Contact(email="\0" * 900 + "@x"),  # 2,700 bytes as it would be kept
    ]

    rows = contact_rows(odd, ListRead(1, 7)).to_pylist()

    assert [row["email"] for row in rows] == ["a\ufffd@x", "", ""]
    assert rows[0]["user_id"] == "u\ufffd 1"
