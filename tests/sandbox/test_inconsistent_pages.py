"""Pages that are no consistent read: contacts that are missed, or move meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from sandbox.listrak_api import ListrakApi
from sandbox.resources import Quirks
from sandbox.world import World
from tests.sandbox.conftest import bearer
from tests.sandbox.reads import CONTACTS, EVERYONE, addresses, read


@pytest.mark.parametrize(
    "missed", [frozenset({EVERYONE[1]}), lambda address: address.startswith("person2")]
)
def test_contact_can_be_missing_from_full_reads_alone(
    missed: Any, api: ListrakApi, listrak: requests.Session
) -> None:
    api.quirks = Quirks(missed=missed)

    full = addresses(read(api, listrak))
    window = addresses(read(api, listrak, startDate="2026-01-01"))
    single = listrak.get(f"{api.base_url}{CONTACTS}/{EVERYONE[1]}").json()

    assert full == [EVERYONE[0], *EVERYONE[2:]]
    assert window == EVERYONE
    assert single["data"]["subscriptionState"] == "Subscribed"
    assert EVERYONE[1] in api.world.subscribed(1)
    assert api.contacts_asked_for == 1


def test_pages_can_be_shorter_than_asked_for(api: ListrakApi, listrak: requests.Session) -> None:
    api.quirks = Quirks(most_per_page=4)

    assert [len(page) for page in read(api, listrak, count=5000)] == [4, 2]


def test_contacts_can_move_between_pages_while_they_are_read(
    api: ListrakApi, listrak: requests.Session
) -> None:
    api.quirks = Quirks(most_per_page=2, moving=3)

    reads = [addresses(read(api, listrak)) for _ in range(10)]
    api.quirks = Quirks(most_per_page=2)

    assert {len(found) for found in reads} == {6}
    assert len({tuple(found) for found in reads}) > 5
    assert all(any(each not in found for found in reads) for each in EVERYONE[2:])
    assert all(set(EVERYONE[:2]) <= set(found) for found in reads)
    assert addresses(read(api, listrak)) == EVERYONE


def test_contacts_move_alike_for_a_seed(
    world: World, api: ListrakApi, listrak: requests.Session
) -> None:
    api.quirks = Quirks(most_per_page=2, moving=3)
    here = [read(api, listrak) for _ in range(3)]

    with ListrakApi(world, quirks=api.quirks) as other:
        listrak.headers.update(bearer(other))

        assert [read(other, listrak) for _ in range(3)] == here
