"""The same story on DuckDB and on PostgreSQL leaves the same rows in every table."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from listrak.diff.guard import Guard
from listrak.diff.let_go import LettingGo, let_go_of_lists
from listrak.diff.rules import Rules
from listrak.errors import MassRemovalError
from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact
from listrak.load.clock import Clock
from listrak.load.identify import Origin
from listrak.load.lease import leased
from listrak.load.pending import pages
from listrak.load.plan import plan
from listrak.load.receipts import Receipt, record
from listrak.load.supersede import supersede
from listrak.report.summary import summarize_run
from listrak.retention.keep import Keep
from listrak.retention.prune import prune
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.postgres.server import PostgresServer
from listrak.warehouse.warehouse import Door, Warehouse
from local.saved_queries import question, saved_queries
from tests.unit.conftest import ask_file, contacts
from tests.unit.diff.deciding import FIRST, RULES, asked, decide_all, key
from tests.unit.postgres_cluster import PostgresCluster
from tests.unit.warehouse.rows import TABLES, comparable

TURNS = 7
# Spellings that a locale would sort otherwise than their bytes.
PEOPLE = ["a@x", "b-b@x", "bb@x", "b_c@x", "zoë@x", "z@x", "ñ@x", "_@x", "1@x", "o'neil@x"]
RULE_BOOK = [
    RULES,
    RULES,
    asked(full_resync=True),
    asked(allow_mass_removal=True),
    asked(dry_run=True),
    Rules("t_1"),
    replace(RULES, guard=Guard(removed_fraction=0.3, removed_contacts=2)),
]


def live(warehouse: Warehouse, seed: int) -> None:
    """A story of snapshots in any order, loads, refusals, prunings and a contact to forget."""
    chance = Random(seed)
    days = list(range(TURNS))
    chance.shuffle(days)
    for turn, day in enumerate(days):
        at = key(day, list_id=chance.choice([1, 1, 2]))
        dated = FIRST - timedelta(days=chance.choice([1, 30]))
        people = chance.sample(PEOPLE, chance.randint(2, len(PEOPLE)))
        read = contacts({each: chance.choice([None, "", "7"]) for each in people}, dated)
        again = contacts({people[0]: "late"}, dated + timedelta(hours=1))
        kind = chance.choice(list(Kind))
        stage_contacts(warehouse, at, kind, f"run-{turn}", [read, again], lambda: FIRST)
        with suppress(MassRemovalError):
            decide_all(warehouse, at, chance.choice(RULE_BOOK))
        load(warehouse, f"run-{turn}", day, chance)
        summarize_run(warehouse, "src", f"run-{turn}", FIRST, FIRST + timedelta(seconds=day / 7))
        if turn == TURNS - 2:
            prune(warehouse, "src", Keep(0, 0), FIRST + timedelta(days=8))
    forget_contact(warehouse, address_sha256(chance.choice(PEOPLE)), FIRST)
    how = LettingGo(FIRST + timedelta(days=9), "run-9", removes_traits=True)
    let_go_of_lists(warehouse, "src", [2], how, FIRST + timedelta(days=9))


def load(warehouse: Warehouse, run_id: str, day: int, chance: Random) -> None:
    """Plan what is pending, and take receipts for some of it."""
    clock = Clock(lambda: FIRST + timedelta(days=day), lambda: 0.0, lambda _: None)
    with leased(warehouse, "src", "holder", clock) as lease:
        with warehouse.transaction() as transaction:
            supersede(transaction, "src")
        plan(warehouse, lease, Origin.of("src", "key"), run_id)
        for removals in (True, False):
            for page in pages(warehouse, "src", 3, removals=removals):
                refused = chance.random() < 0.1
                receipt = Receipt(
                    tuple(call.message_id for call in page),
                    "rejected" if refused else "sent",
                    attempts=2,
                    http_status=400 if refused else 200,
                    error="no" if refused else None,
                    sent_at=None if refused else clock.now(),
                )
                record(warehouse, lease, run_id, [receipt])


@pytest.mark.parametrize("seed", range(2))
def test_same_story_leaves_the_same_rows(
    seed: int, duckdb_file: DuckDBFile, postgres_server: PostgresServer, cluster: PostgresCluster
) -> None:
    for warehouse in (duckdb_file, postgres_server):
        live(warehouse, seed)

    tables = sorted(table for (table,) in cluster.run(TABLES))
    assert tables == sorted(table for (table,) in ask_file(duckdb_file.path, TABLES))
    for words in [[f"select * from {table}"] for table in tables] + SAVED:
        here, there = rows(duckdb_file, words), rows(postgres_server, words)
        assert comparable(there) == comparable(here), words
        assert here or words[0] in MAY_BE_EMPTY, words


def rows(door: Door, words: list[str]) -> list[tuple[object, ...]]:
    to_ask = question(words, door.engine)
    return [tuple(row.values()) for row in door.ask(to_ask.text, to_ask.values).to_pylist()]


GIVEN = {"list_id": "1", "email": PEOPLE[0], "earlier": "2026-01-02"}
SAVED = [
    [query.name, *(f"{each.name}={GIVEN[each.name]}" for each in query.parameters if each.required)]
    for query in saved_queries().values()
]
MAY_BE_EMPTY = {
    "select * from staged_contacts", "select * from staged_snapshots", "select * from load_leases",
    "held", "dry_run", "not_sent", "waiting", "differences", "overlap", "several_lists",
    "contact_history", "members",
}  # fmt: skip
