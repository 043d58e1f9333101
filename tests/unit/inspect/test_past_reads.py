"""How much a saved query reads of a long past, where the planner of a real engine chooses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from listrak.warehouse.postgres.server import PostgresServer
from local.bench.history import LIST_ID, Size, make_history
from tests.unit.inspect.asking import ask
from tests.unit.long_history import rows_read, write
from tests.unit.postgres_cluster import PostgresCluster

# Of 55,000 versions 50,000 have ended: 100 with each snapshot, on 2025-01-02 and every day since.
SIZE = Size(contacts=5_000, days=501, hours=0, more=0)
NEWEST = "2026-05-17"
MOST = 3 * SIZE.contacts  # two snapshots whole, and some more


@pytest.fixture(scope="module")
def long_past(
    cluster: PostgresCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresServer]:
    cluster.run("drop schema if exists listrak cascade")
    door = cluster.door(lock_timeout=30)
    write(make_history(tmp_path_factory.mktemp("history"), SIZE), door)
    cluster.run("analyze")
    yield door
    cluster.run("drop schema listrak cascade")


@pytest.mark.parametrize(
    "words",
    [
        ["members"],
        ["members", f"at={NEWEST}"],
        ["members", "at=2025-09-01"],
        ["differences", "earlier=2026-05-10"],
        ["differences", "earlier=2025-09-01", "later=2025-09-06"],
        ["churn", "since=2026-05-10"],
        ["joined_and_left", "since=2026-05-10"],
        ["joined_and_left", "since=2026-05-10", "until=2026-05-12"],
    ],
)
def test_question_reads_what_it_asks_for_and_not_all_of_the_past(
    words: list[str], cluster: PostgresCluster, long_past: PostgresServer
) -> None:
    name, *others = words
    before = rows_read(cluster)

    answer = ask(long_past, name, f"list_id={LIST_ID}", *others)

    read = rows_read(cluster) - before
    assert answer
    assert 0 < read < MOST
