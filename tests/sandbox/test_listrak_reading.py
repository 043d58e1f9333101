"""Tokens, cursors, date windows and the awkward but allowed ways of giving pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
import requests

from sandbox.listrak_api import ListrakApi
from sandbox.made_up import made_up_world
from sandbox.resources import Quirks
from sandbox.world import World
from tests.sandbox.reads import CONTACTS, EVERYONE, addresses, read


def test_cursors_lead_through_every_contact(api: ListrakApi, listrak: requests.Session) -> None:
    pages = read(api, listrak, count="4")

    assert [len(page) for page in pages] == [4, 2]
    assert addresses(pages) == EVERYONE


def test_cursor_has_to_be_quoted(api: ListrakApi, listrak: requests.Session) -> None:
    url = f"{api.base_url}{CONTACTS}?count=4&cursor="
    cursor = listrak.get(f"{url}Start").json()["nextPageCursor"]

    unquoted, quoted = listrak.get(url + cursor), listrak.get(url + quote(cursor, safe=""))

    assert {"+", "/", "="} <= set(cursor)
    assert (unquoted.status_code, quoted.status_code) == (400, 200)


@pytest.mark.parametrize("other", ["count=3", "count=4&subscriptionState=Unsubscribed"])
def test_cursor_is_refused_with_other_parameters(
    other: str, api: ListrakApi, listrak: requests.Session
) -> None:
    first = listrak.get(f"{api.base_url}{CONTACTS}?count=4").json()
    cursor = quote(first["nextPageCursor"], safe="")

    response = listrak.get(f"{api.base_url}{CONTACTS}?{other}&cursor={cursor}")

    assert response.json()["message"] == "An invalid value was supplied for cursor."


def test_cursor_can_be_used_again_until_forgotten(
    api: ListrakApi, listrak: requests.Session
) -> None:
    url = f"{api.base_url}{CONTACTS}?count=4"
    cursor = quote(listrak.get(url).json()["nextPageCursor"], safe="")
    once, again = (listrak.get(f"{url}&cursor={cursor}").json() for _ in range(2))

    api.cursors.forget()

    assert once["data"] == again["data"]
    assert listrak.get(f"{url}&cursor={cursor}").status_code == 400


def test_read_in_progress_sees_one_state(
    world: World, api: ListrakApi, listrak: requests.Session
) -> None:
    url = f"{api.base_url}{CONTACTS}?count=4"
    cursor = quote(listrak.get(url).json()["nextPageCursor"], safe="")

    world.unsubscribe(1, "person6@example.com")
    rest = listrak.get(f"{url}&cursor={cursor}").json()["data"]

    assert [contact["emailAddress"] for contact in rest] == EVERYONE[4:]
    assert "person6@example.com" not in world.subscribed(1)


@pytest.mark.parametrize(
    ("window", "days"),
    [
        ({"startDate": "2026-01-03T12:00:00", "endDate": "2026-01-05T12:00:00"}, [3, 4, 5]),
        ({"startDate": "2026-01-06T17:00:00Z"}, [6]),
        ({"endDate": "01-02-2026"}, [1]),
        ({"startDate": "2026-03-01"}, []),
        ({"startDate": "2026-03-01", "useOriginalSubscribeDate": "false"}, [2]),
        ({"endDate": "2026-01-03T12:00:00", "useOriginalSubscribeDate": "false"}, [1]),
        ({"subscriptionState": "Unsubscribed", "endDate": "2026-02-01T00:00:00"}, [7]),
    ],
)
def test_dates_select(
    window: dict[str, str],
    days: list[int],
    world: World,
    api: ListrakApi,
    listrak: requests.Session,
) -> None:
    world.unsubscribe(1, EVERYONE[1], "2026-02-01T00:00:00.1")
    world.subscribe(1, EVERYONE[1], "2026-03-02T00:00:00.1234567")

    found = addresses(read(api, listrak, **window))

    assert found == [f"person{day}@example.com" for day in days]


def test_contact_is_found_by_address_and_by_key(
    world: World, api: ListrakApi, listrak: requests.Session
) -> None:
    contact = world.subscribe(1, "ann+o'hara@example.com", values={2446151: "C9"})
    url = f"{api.base_url}{CONTACTS}"
    fields = "?segmentationFieldIds=2446151"

    by_address = listrak.get(f"{url}/{quote(contact.email, safe='+@')}{fields}").json()
    by_key = listrak.get(f"{url}/{contact.email_key}{fields}").json()

    assert by_address == by_key
    assert by_address["data"]["segmentationFieldValues"][0]["value"] == "C9"


def test_wrong_credentials_are_refused(api: ListrakApi) -> None:
    form = {"grant_type": "client_credentials", "client_id": api.client_id, "client_secret": "?"}

    response = requests.post(api.token_url, data=form, timeout=5)

    assert (response.status_code, response.json()) == (400, {"error": "Invalid Credentials"})


def test_expired_token_is_unauthorized(api: ListrakApi, listrak: requests.Session) -> None:
    assert listrak.get(f"{api.base_url}/v1/List").status_code == 200

    api.expire_tokens()

    assert listrak.get(f"{api.base_url}/v1/List").status_code == 401


def test_token_lives_as_long_as_it_says(api: ListrakApi) -> None:
    api.expires_in = 0
    form = {
        "grant_type": "client_credentials",
        "client_id": api.client_id,
        "client_secret": api.client_secret,
    }

    token = requests.post(api.token_url, data=form, timeout=5).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}

    assert token["expires_in"] == 0
    assert requests.get(f"{api.base_url}/v1/List", headers=headers, timeout=5).status_code == 401


def test_pages_can_repeat_a_contact(api: ListrakApi, listrak: requests.Session) -> None:
    api.quirks = Quirks(repeats=True)

    pages = read(api, listrak, count=3)

    assert [page[0] for page in pages[1:]] == [page[-1] for page in pages[:-1]]
    assert sorted(set(addresses(pages))) == EVERYONE
    assert max(map(len, pages)) <= 3


@pytest.mark.parametrize(("count", "sizes"), [(3, [3, 0, 3]), (10, [0, 6])])
def test_empty_page_can_carry_a_cursor(
    count: int, sizes: list[int], api: ListrakApi, listrak: requests.Session
) -> None:
    api.quirks = Quirks(empty_page=True)

    pages = read(api, listrak, count=count)

    assert [len(page) for page in pages] == sizes


def test_pages_can_be_unordered(api: ListrakApi, listrak: requests.Session) -> None:
    api.quirks = Quirks(shuffled=True)

    found = addresses(read(api, listrak, count=4))

    assert found != EVERYONE
    assert sorted(found) == EVERYONE


@pytest.mark.parametrize(("end", "last"), [("null", {None}), ("empty", {""}), ("absent", set())])
def test_last_page_says_so_in_every_way(
    end: Any, last: set[str | None], api: ListrakApi, listrak: requests.Session
) -> None:
    api.quirks = Quirks(end=end)

    body = listrak.get(api.base_url + CONTACTS).json()

    assert {value for name, value in body.items() if name == "nextPageCursor"} == last


@pytest.mark.parametrize(
    ("no_value", "values"), [("empty", [""]), ("null", [None]), ("missing", [])]
)
def test_empty_profile_value_is_written_in_every_way(
    no_value: Any, values: list[str | None], api: ListrakApi, listrak: requests.Session
) -> None:
    api.quirks = Quirks(no_value=no_value, no_date="0001-01-01T00:00:00")

    contact = read(api, listrak, segmentationFieldIds=2446151)[0][1]

    assert [each["value"] for each in contact["segmentationFieldValues"]] == values
    assert contact["unsubscribeDate"] == "0001-01-01T00:00:00"


def test_requests_are_recorded_without_bodies(api: ListrakApi, listrak: requests.Session) -> None:
    listrak.get(f"{api.base_url}/v1/List/1/Contact?count=4")

    assert api.requests == [
        ("POST", "/OAuth2/Token", {}),
        ("GET", "/email/v1/List/1/Contact", {"count": "4"}),
    ]


def test_page_says_that_it_is_the_sandbox(api: ListrakApi, world: World) -> None:
    page = requests.get(api.url, timeout=5)
    subscribed = requests.get(f"{api.url}/sandbox/subscribed", timeout=5)

    assert "SANDBOX: this is not Listrak" in page.text
    assert subscribed.json() == {"1": sorted(world.subscribed(1)), "2": []}


def test_only_a_whole_read_changes_a_made_up_world(
    api: ListrakApi, listrak: requests.Session
) -> None:
    api.world = made_up_world({1: None}, contacts=50)
    subscribed = api.world.subscribed(1).keys()

    whole = read(api, listrak, count=20)
    windows = [read(api, listrak, startDate="2020-01-01", count=20) for _ in range(2)]
    again = read(api, listrak, count=20)

    assert windows == [whole] * 2
    assert {email.lower() for email in addresses(whole)} == subscribed
    assert {email.lower() for email in addresses(again)} == api.world.subscribed(1).keys()
    assert again != whole
