"""A list read, decided and sent, before the stand-ins of both doors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from listrak.diff.decision import Decision, Status
from listrak.diff.rules import Asked, Rules
from listrak.errors import MassRemovalError
from listrak.extract.read import read_contacts
from listrak.forget.address import address_sha256
from listrak.forget.contact import Forgotten, forget_contact
from listrak.load.send import send_pending
from listrak.operators.decide_list import decide_list
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.snapshot_key import SnapshotKey
from sandbox.resources import Quirks
from tests.rules.runs import LISTS, SOURCE, Account

ALWAYS = "always@x.example"
DAY = timedelta(days=1)


@pytest.fixture
def account() -> Iterator[Account]:
    account = Account()
    account.listrak.start()
    account.segment.start()
    account.world.subscribe(1, ALWAYS, account.aware - DAY)
    yield account
    account.listrak.stop()
    account.segment.stop()


def snapshot(account: Account, asked: Asked = Asked()) -> Decision | None:  # noqa: B008 (frozen)
    """Read, decide and send list 1 on the next day."""
    account.now += DAY
    key = SnapshotKey(SOURCE, 1, account.now)

    def now() -> datetime:
        return account.now

    pieces = read_contacts(account.client(), LISTS[1])
    stage_contacts(account.warehouse, key, Kind.OBSERVED, "run", pieces, now)
    rules = Rules("T", asked=asked)
    decision = decide_list(account.warehouse, key, rules, LISTS[1], account.client, now)
    connection = account.segment_connection()
    send_pending(account.warehouse, connection, SOURCE, "holder", "run", account.clock())
    return decision


def subscribed(account: Account) -> set[str]:
    """Return who has the trait in Segment."""
    return {address for address, traits in account.segment.traits().items() if "T" in traits}


def test_contact_that_is_renamed_hands_its_trait_over(account: Account) -> None:
    account.world.subscribe(1, "Ann@Old.example", account.aware - DAY)
    snapshot(account)
    account.world.rename(1, "Ann@Old.example", "ann@new.example")
    snapshot(account)
    asked_for = account.listrak.contacts_asked_for

    snapshot(account)

    assert subscribed(account) == {ALWAYS, "ann@new.example"}
    assert account.listrak.contacts_asked_for == asked_for


@pytest.mark.parametrize("no_keys", [False, True])
def test_address_with_white_space_is_forgotten_by_the_digest_without(
    account: Account, no_keys: bool
) -> None:
    account.listrak.quirks = Quirks(no_keys=no_keys)
    account.world.subscribe(1, "\tAnn@x.example ", account.aware - DAY)
    account.world.subscribe(1, "ann@x.example", account.aware - DAY)
    snapshot(account)

    forgotten = forget_contact(account.warehouse, address_sha256("Ann@x.example"), account.now)
    snapshot(account)

    assert forgotten == Forgotten(versions=1, changes=1, calls=1, staged=0)
    assert account.warehouse.query("select email from listrak.snapshot_contacts") == [
        (ALWAYS,),
        (ALWAYS,),
    ]


@pytest.mark.parametrize("no_keys", [False, True])
def test_address_that_was_kept_with_white_space_hands_its_trait_over(
    account: Account, no_keys: bool
) -> None:
    account.listrak.quirks = Quirks(no_keys=no_keys)
    account.world.subscribe(1, " ann@x.example", account.aware - DAY)
    snapshot(account)
    for table, column in (
        ("contact_versions", "email"),
        ("trait_changes", "email"),
        ("identify_calls", "anonymous_id"),
    ):
        account.warehouse.query(
            f"update listrak.{table} set {column} = ' ann@x.example' where {column} like 'ann%'"
        )

    assert snapshot(account) == Decision(1, Status.HEAD, 2, added=1, removed=1, told=2)

    said = [
        (kept.event["anonymousId"], kept.event["traits"]["T"])
        for kept in account.segment.ledger.events
    ]
    assert said[-2:] == [(" ann@x.example", None), ("ann@x.example", True)]


def test_absurdly_long_user_id_costs_no_removal(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.world.subscribe(1, "ann@x.example", account.aware - DAY)
    snapshot(account)
    account.world.set_value(1, "ann@x.example", 7, "u" * 40_000)
    snapshot(account)
    assert "List 1: 1 user ids are longer than 1,000 bytes" in caplog.text
    assert "uu" not in caplog.text

    account.world.unsubscribe(1, "ann@x.example", account.aware)
    snapshot(account)

    assert subscribed(account) == {ALWAYS}


@pytest.mark.parametrize("email", ["", "  ", "a" * 1001 + "@x.example"])
def test_contact_without_an_address_goes_unasked(account: Account, email: str) -> None:
    account.world.subscribe(1, email, account.aware - DAY)
    account.listrak.quirks = Quirks(no_keys=True)
    snapshot(account)
    account.world.delete(1, email)

    assert snapshot(account) == Decision(1, Status.HEAD, 1, removed=1, told=1)

    assert account.listrak.contacts_asked_for == 0
    assert subscribed(account) == {ALWAYS}


@pytest.mark.parametrize("email", [".", ".."])
def test_contact_that_cannot_be_asked_for_is_held_until_a_person_lets_it_go(
    account: Account, email: str
) -> None:
    account.world.subscribe(1, email, account.aware - DAY)
    account.listrak.quirks = Quirks(no_keys=True)
    snapshot(account)
    account.world.delete(1, email)

    with pytest.raises(MassRemovalError, match="could not be asked for one by one"):
        snapshot(account)
    assert subscribed(account) == {ALWAYS, email}

    snapshot(account, Asked(allow_mass_removal=True))
    assert subscribed(account) == {ALWAYS}
