"""The room of what was pruned is used again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from unittest.mock import create_autospec

import pytest

from listrak.errors import WarehouseUnavailableError
from listrak.retention.keep import Keep
from listrak.retention.prune import Pruned, give_back_space, prune
from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.warehouse import Door
from tests.unit.conftest import Query
from tests.unit.diff.deciding import ALLOWED, FIRST, key, snapshot

CONTACTS = 2000
DAYS = 12


def test_room_of_what_was_pruned_is_used_again(
    warehouse: Door, query: Query, tamper: Callable[[str], None]
) -> None:
    sizes = []
    for day in range(DAYS):
        chance = Random(day)  # values that no compression makes small
        people = {
            f"{number}@x.example": f"{chance.getrandbits(1000):x}" for number in range(CONTACTS)
        }
        snapshot(warehouse, key(day), people, ALLOWED)
        tamper("delete from listrak.trait_changes")  # these stay for ever, and would grow

        pruned = prune(warehouse, "src", Keep(0, 0), FIRST + timedelta(days=99))
        give_back_space(warehouse, pruned)

        assert pruned == (Pruned(1, CONTACTS) if day > 1 else Pruned())
        sizes.append(size(warehouse, query))

    assert max(sizes[DAYS // 2 :]) < 1.3 * max(sizes[: DAYS // 2])


def size(warehouse: Door, query: Query) -> int:
    """Return bytes: of the file, or of the table's parts where there is more in the database."""
    if isinstance(warehouse, DuckDBFile):
        return warehouse.path.stat().st_size
    parts = "select sum(pg_total_relation_size(relid)) from pg_partition_tree('contact_versions')"
    return int(query(parts)[0][0])


def test_room_that_could_not_be_given_back_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    door = create_autospec(Door, instance=True)
    door.give_back_space.side_effect = WarehouseUnavailableError("It is away.")

    give_back_space(door, Pruned(2, 30))

    assert "pruned 2 snapshots; 30 versions of contacts went. Their room" in caplog.text
    assert "It is away." in caplog.text


def test_nothing_pruned_gives_no_room_back() -> None:
    door = create_autospec(Door, instance=True)

    give_back_space(door, Pruned())

    door.give_back_space.assert_not_called()
