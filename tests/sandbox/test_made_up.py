"""The made-up world: what is in it, how it changes, what it remembers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sandbox.made_up import MadeUpWorld, made_up_world
from sandbox.world import Contact

LISTS = {12345: 2446151, 67890: None}


def read_whole(world: MadeUpWorld, list_id: int) -> dict[str, Contact]:
    contacts = world.begin_read(list_id)
    world.end_read(list_id)
    return {contact.email: contact for contact in contacts}


@pytest.fixture(scope="module")
def contacts() -> tuple[Contact, ...]:
    return made_up_world(LISTS, contacts=1000).contacts(12345)


@pytest.mark.parametrize("pattern", [r"\+", "[A-Z]", "[^ -~]", "'", '"'])
def test_addresses_are_awkward_and_nobodys(pattern: str, contacts: tuple[Contact, ...]) -> None:
    emails = [contact.email for contact in contacts]

    assert any(re.search(pattern, email.partition("@")[0]) for email in emails)
    assert all(re.search(r"@example\.(com|org|net)$", email.lower()) for email in emails)
    assert len({email.lower() for email in emails}) == len(contacts) == 1000


def test_contacts_differ_in_everything_that_counts(contacts: tuple[Contact, ...]) -> None:
    values = {contact.values[2446151] for contact in contacts}
    fractions = {len(contact.subscribe_date.partition(".")[2]) for contact in contacts}

    assert {True, False} == {contact.subscribed for contact in contacts}
    assert any(contact.resubscribe_date for contact in contacts)
    assert {"", None} < values
    assert {0, 2, 7} <= fractions


def test_people_are_on_several_lists() -> None:
    world = made_up_world(LISTS, contacts=300)

    both = world.subscribed(12345).keys() & world.subscribed(67890).keys()

    assert 50 < len(both) < 300


def test_list_changes_from_one_whole_read_to_the_next() -> None:
    world = made_up_world(LISTS, contacts=1000)
    first, other = read_whole(world, 12345), read_whole(world, 67890)

    second = read_whole(world, 12345)

    left = [email for email in first if first[email].subscribed > second[email].subscribed]
    back = [email for email in first if first[email].subscribed < second[email].subscribed]
    changed = [email for email in first if first[email].values != second[email].values]
    assert left
    assert back
    assert changed
    assert second.keys() - first.keys()
    assert {contact.email: contact for contact in world.contacts(67890)} == other


def test_list_waits_for_a_read_to_be_finished() -> None:
    world = made_up_world(LISTS, contacts=100)

    read_whole(world, 12345)

    started = world.begin_read(12345)

    assert world.begin_read(12345) == started


def test_next_process_goes_on(tmp_path: Path) -> None:
    world = made_up_world(LISTS, contacts=200, directory=tmp_path)
    for _ in range(3):
        read_whole(world, 12345)

    again = made_up_world(LISTS, contacts=200, directory=tmp_path)

    assert again.contacts(12345) == world.contacts(12345)
    assert again.begin_read(12345) != world.contacts(12345)
    story = json.loads((tmp_path / "made_up_world.json").read_text())
    assert len(story["lists"]["12345"]["steps"]) == 3


def test_smallest_world_changes_too() -> None:
    world = made_up_world(LISTS, contacts=1)

    sizes = [len(read_whole(world, 12345)) for _ in range(5)]

    assert sizes[-1] > sizes[0]
