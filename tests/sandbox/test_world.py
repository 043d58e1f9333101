"""The explicit world that tests build."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.world import ContactList, World


@pytest.fixture
def account() -> World:
    return World([ContactList(1, "Newsletter")])


def test_dates_are_written_in_us_eastern_time(account: World) -> None:
    contact = account.subscribe(1, "a@example.com", datetime(2026, 7, 1, 2, 3, 4, 650000, UTC))

    assert contact.subscribe_date == "2026-06-30T22:03:04.65"


def test_resubscription_keeps_the_first_date(account: World) -> None:
    account.subscribe(1, "a@example.com", "2026-01-01T00:00:00")
    account.unsubscribe(1, "a@example.com", "2026-02-01T00:00:00")

    contact = account.subscribe(1, "a@example.com", "2026-03-01T00:00:00")

    assert contact.subscribe_date == "2026-01-01T00:00:00"
    assert contact.resubscribe_date == contact.last_subscribed == "2026-03-01T00:00:00"
    assert contact.unsubscribe_date is None


def test_latest_subscription_of_an_address_in_two_cases_wins(account: World) -> None:
    account.subscribe(1, "ANN@example.com", "2026-03-01T00:00:00")
    account.subscribe(1, "ann@example.com", "2026-01-01T00:00:00")

    assert {at: contact.email for at, contact in account.subscribed(1).items()} == {
        "ann@example.com": "ANN@example.com"
    }


def test_deleted_contact_is_in_neither_state(account: World) -> None:
    account.subscribe(1, "a@example.com")

    account.delete(1, "a@example.com")

    assert account.contacts(1) == ()


def test_contact_that_is_renamed_keeps_its_key(account: World) -> None:
    key = account.subscribe(1, "ann@old.test").email_key

    account.rename(1, "ann@old.test", "ann@new.test")
    account.rename(1, "ann@new.test", "ann@newer.test")

    assert [(contact.email, contact.email_key) for contact in account.contacts(1)] == [
        ("ann@newer.test", key)
    ]
