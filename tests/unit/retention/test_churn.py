"""The saved query `churn` counts by the snapshots as they stand now."""

from __future__ import annotations

from listrak.retention.keep import Keep
from listrak.retention.prune import prune
from listrak.warehouse.statements import statement
from tests.unit.diff.deciding import ALLOWED, DAY, FIRST, key, snapshot
from tests.unit.memory_warehouse import MemoryWarehouse


def test_who_came_and_went_within_a_day_counts_no_more_and_the_rest_as_before() -> None:
    memory = MemoryWarehouse()
    story = [
        (0.0, {"stays@x": "1", "goes@x": None}),
        (1.0, {"stays@x": "2", "goes@x": None, "guest@x": None}),  # pruned from here …
        (1.2, {"stays@x": "1", "blinks@x": None}),  # goes@x blinks as well
        (1.4, {"goes@x": None, "new@x": None, "blinks@x": "7"}),  # … to here
        (1.6, {"stays@x": "1", "new@x": None, "goes@x": None}),
        (2.0, {"stays@x": "1", "new@x": None}),
        (3.0, {"stays@x": "1", "new@x": None}),
    ]
    for day, people in story:
        snapshot(memory, key(day + 0.25), people, ALLOWED)  # midnight would be the day before's
    memory.query("update listrak.trait_changes set status = 'sent'")
    before = churn(memory)

    prune(memory, "src", Keep(0, 99), FIRST + 9 * DAY)

    assert before == [(3, 2, 0, 0), (2, 2, 0, 1), (1, 3, 5, 4), (0, 2, 2, 0)]
    assert churn(memory) == [(3, 2, 0, 0), (2, 2, 0, 1), (1, 3, 1, 0), (0, 2, 2, 0)]


def churn(memory: MemoryWarehouse) -> list[tuple[int, int, int, int]]:
    """Return for each day, the latest first: contacts at its end, and how many came and went."""
    asked = {"list_id": None, "since": None}
    rows = memory.connection.execute(statement("inspect/churn"), asked).fetchall()
    return [((day - FIRST.date()).days, *counts[:3]) for _, _, day, *counts in rows]
