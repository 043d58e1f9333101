"""A small explicit world, both doors over it, and a session that holds a token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from sandbox.listrak_api import ListrakApi
from sandbox.segment_api import SegmentApi
from sandbox.world import ContactList, ProfileField, World

FIELD = 2446151


@pytest.fixture
def world() -> World:
    world = World([ContactList(1, "Newsletter", (ProfileField(FIELD),)), ContactList(2, "Sales")])
    for day in range(1, 8):
        world.subscribe(1, f"person{day}@example.com", f"2026-01-0{day}T12:00:00")
    world.set_value(1, "person1@example.com", FIELD, "C1")
    world.unsubscribe(1, "person7@example.com", "2026-02-01T00:00:00")
    return world


@pytest.fixture
def api(world: World) -> Iterator[ListrakApi]:
    with ListrakApi(world) as api:
        yield api


def bearer(api: ListrakApi) -> dict[str, str]:
    form = {
        "grant_type": "client_credentials",
        "client_id": api.client_id,
        "client_secret": api.client_secret,
    }
    token = requests.post(api.token_url, data=form, timeout=5).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def listrak(api: ListrakApi) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers.update(bearer(api))
        yield session


@pytest.fixture
def segment() -> Iterator[SegmentApi]:
    with SegmentApi() as segment:
        yield segment
