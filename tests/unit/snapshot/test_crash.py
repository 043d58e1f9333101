"""A task process that is killed at any commit leaves a state that the next try mends."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest

from listrak.diff.decide import decide
from listrak.diff.rules import Rules
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Transaction, Warehouse
from tests.unit.conftest import Query, contacts

AT = datetime(2026, 1, 1)
TRANSACTIONS = 5  # begin, two pieces, complete, decide


@dataclass
class KilledAt:
    """A warehouse whose process dies at its transaction number `at`, before or after the commit."""

    warehouse: Warehouse
    at: int
    committed: bool
    begun: int = 0

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self.begun += 1
        dies = self.begun == self.at
        with self.warehouse.transaction() as transaction:
            yield transaction
            if dies and not self.committed:
                os.kill(os.getpid(), signal.SIGKILL)
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)


def run(warehouse: Warehouse) -> None:
    pieces = [contacts({"a@x": "1", "b@x": None}), contacts({"b@x": None, "c@x": "3"})]
    stage_contacts(warehouse, SnapshotKey("src", 1, AT), Kind.OBSERVED, "run", pieces)
    decide(warehouse, SnapshotKey("src", 1, AT), Rules("T"), AT)


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("at", range(1, TRANSACTIONS + 1))
def test_next_try_after_a_kill_gives_the_same_snapshot(
    warehouse: Warehouse, query: Query, at: int, committed: bool
) -> None:
    killed = multiprocessing.get_context("spawn").Process(
        target=run, args=(KilledAt(warehouse, at, committed),)
    )
    killed.start()
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL

    run(warehouse)

    assert query("select email, user_id from snapshot_contacts order by 1") == [
        ("a@x", "1"),
        ("b@x", None),
        ("c@x", "3"),
    ]
    assert query("select count(*), count(distinct email) from trait_changes") == [(3, 3)]
    assert query("select status, contact_count from snapshots") == [("head", 3)]
    assert query("select count(*) from staged_contacts") == [(0,)]
