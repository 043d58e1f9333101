"""Task processes of one PostgreSQL warehouse at the same time: several extracts, and two loads."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from itertools import chain
from multiprocessing.synchronize import Barrier

from listrak.connections import SegmentConnection
from listrak.errors import LoadLeaseHeldError
from listrak.load.send import send_pending
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.warehouse.postgres.server import PostgresServer
from tests.unit.conftest import Query, contacts
from tests.unit.diff.deciding import decide_all, key, snapshot
from tests.unit.load.pending_changes import by_arrival
from tests.unit.load.scripted_segment import scripted_segment
from tests.unit.postgres_cluster import PostgresCluster

CONTACTS = 900
PIECES = 6
LISTS = (1, 2, 3)  # being read
DECIDED = 9  # being sent meanwhile


def people(list_id: int) -> list[str]:
    return [f"{list_id}-{number}@x" for number in range(CONTACTS)]


def extract(door: PostgresServer, together: Barrier, list_id: int) -> None:
    everybody = people(list_id)
    pieces = [contacts(dict.fromkeys(everybody[piece::PIECES])) for piece in range(PIECES)]
    together.wait(60)
    staged = stage_contacts(door, key(1, list_id), Kind.OBSERVED, f"run {list_id}", pieces)
    assert staged == CONTACTS


def load(door: PostgresServer, together: Barrier, segment: SegmentConnection, holder: str) -> None:
    together.wait(60)
    try:
        send_pending(door, segment, "src", holder, holder)
    except LoadLeaseHeldError:
        assert holder != "only"  # the other one sends


def test_extracts_and_loads_at_once_lose_and_double_nothing(
    cluster: PostgresCluster, postgres_server: PostgresServer, query: Query
) -> None:
    snapshot(postgres_server, key(0, DECIDED), dict.fromkeys(people(DECIDED)))
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(len(LISTS) + 2)
    door = cluster.door(lock_timeout=60)

    with scripted_segment() as segment:
        works: list[tuple[Callable[..., None], tuple[object, ...]]] = [
            *((extract, (list_id,)) for list_id in LISTS),
            *((load, (segment.connection(), holder)) for holder in ("this", "that")),
        ]
        tasks = [context.Process(target=work, args=(door, together, *of)) for work, of in works]
        for task in tasks:
            task.start()
        for task in tasks:
            task.join(120)
        sent_meanwhile = [event["anonymousId"] for event in segment.accepted]
        for list_id in LISTS:
            decide_all(postgres_server, key(1, list_id))
        send_pending(postgres_server, segment.connection(), "src", "last", "last")
        everything = [event["anonymousId"] for event in segment.accepted]

    assert [task.exitcode for task in tasks] == [0] * len(tasks)
    assert sorted(sent_meanwhile) == sorted(people(DECIDED))
    assert sorted(everything) == sorted(chain(*map(people, (*LISTS, DECIDED))))
    assert len(by_arrival(segment.accepted)) == len(everything)
    assert query("select distinct status from trait_changes") == [("sent",)]
    assert query("select count(*) from staged_contacts") == [(0,)]
