"""How the layout of the snapshots stores, writes and answers, beside full copies of the list."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from listrak.diff.decide import decide
from listrak.diff.decision import Decision
from listrak.diff.rules import Rules
from listrak.retention.keep import Keep
from listrak.retention.prune import Pruned, prune
from listrak.snapshot.confirmations import stage_unsubscribes
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Door, Parameter
from local.bench.engines import Engine
from local.bench.history import LIST_ID, SOURCE, TRAIT, History
from local.bench.statements import Value, bench_statement

TRIES = 3
KEEP = Keep(all_days=7, daily_days=365)  # what a source has by itself


@dataclass
class Measured:
    """Seconds of every try, by what was done, and bytes by what takes them."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    versions: int = 0
    pruned: Pruned = field(default_factory=Pruned)

    def time(self, what: str, act: Callable[[], object]) -> None:
        """Do it and note how long it took."""
        begun = time.perf_counter()
        act()
        self.seconds.setdefault(what, []).append(time.perf_counter() - begun)

    def median(self, what: str) -> float:
        """Return the median of what was tried; the ratio of two is what a busy machine spares."""
        return median(self.seconds[what])


class _NotKeptError(Exception):
    """Ends a transaction whose work is not to be kept."""


def measure_storage(engine: Engine, history: History, say: Callable[[str], None]) -> Measured:
    """Fill a warehouse with the history and measure it."""
    measured = Measured()
    say("writing the history …")
    _fill(engine, history, measured)
    with engine.session() as session:
        session.run("create_copies")
    for position in range(history.size.head + 1, history.size.head + 1 + history.size.more):
        say(f"deciding snapshot {position + 1} …")
        extract_id = _stage(engine.door, history, position, measured)
        if position == history.size.head + 1:
            _compare_diffs(engine, history, extract_id, measured)
        _copy(engine, history.key(position), measured)
        _decide(engine.door, history.key(position), measured)
        engine.door.give_back_space()
    say("asking for snapshots …")
    _ask(engine, history, measured)
    say("pruning …")
    _prune(engine.door, history, measured)
    return measured


def _fill(engine: Engine, history: History, measured: Measured) -> None:
    with engine.door.transaction():
        pass  # makes the tables
    with engine.session() as session:
        empty = session.number(f"{engine.name}_size")
    with engine.door.transaction() as transaction:
        for piece in history.snapshots():
            transaction.insert("snapshots", piece)
        for piece in history.versions(by_end=engine.moves_rows):
            transaction.insert("contact_versions", piece)
            measured.versions += piece.num_rows
    engine.door.give_back_space()
    with engine.session() as session:
        measured.bytes["versions"] = session.number(f"{engine.name}_size") - empty


def _stage(door: Door, history: History, position: int, measured: Measured) -> str:
    """Stage a read as the task does it, with those who unsubscribed since; return its id."""
    key = history.key(position)

    def stage() -> None:
        run_id, pieces = f"run {position}", history.read(position)
        stage_contacts(door, key, Kind.OBSERVED, run_id, pieces, lambda: key.snapshot_at)

    measured.time("stage", stage)
    with door.transaction() as transaction:
        found = transaction.fetch("diff/find_staged_snapshot", **key.parameters)
    extract_id = str(found["extract_id"][0].as_py())
    since = history.key(position - 1).snapshot_at
    stage_unsubscribes(door, extract_id, since, history.unsubscribes(position))
    return extract_id


def _compare_diffs(engine: Engine, history: History, extract_id: str, measured: Measured) -> None:
    """Time the diff beside the engine's own join of the same rows, in turns."""
    with engine.session() as session:
        for name in ("plain_head", "plain_read"):
            session.run(f"create_{name}")
            session.run(f"analyze_{name}")
    previous_at = history.key(history.size.head).snapshot_at
    for _ in range(TRIES):
        with engine.session() as session:
            measured.time("plain join", lambda: session.run("join_plainly"))
            session.run("drop_plain_differences")
        _diff(engine.door, extract_id, previous_at, measured)


def _diff(door: Door, extract_id: str, previous_at: datetime, measured: Measured) -> None:
    of_list: dict[str, Parameter] = {"source": SOURCE, "list_id": LIST_ID}
    moments: dict[str, Parameter] = {"previous_at": previous_at, "next_at": None}
    with suppress(_NotKeptError), door.transaction() as transaction:
        transaction.execute("diff/create_differences")
        measured.time(
            "diff",
            lambda: transaction.execute(
                "diff/find_differences", **of_list, **moments, extract_id=extract_id
            ),
        )
        raise _NotKeptError


def _copy(engine: Engine, key: SnapshotKey, measured: Measured) -> None:
    """Copy the read that waits whole, as the other layout would."""
    with engine.session() as session:
        before = session.number(f"{engine.name}_size")
        values = _values(key)
        measured.time("write a copy", lambda: session.run("add_copy", **values))
    with engine.session() as session:
        added = session.number(f"{engine.name}_size") - before
    measured.bytes["copies"] = measured.bytes.get("copies", 0) + added


def _decide(door: Door, key: SnapshotKey, measured: Measured) -> None:
    decisions = []
    measured.time(
        "decide", lambda: decisions.append(decide(door, key, Rules(TRAIT), key.snapshot_at))
    )
    if not isinstance(decisions[0], Decision):
        raise TypeError(f"The snapshot of {key.snapshot_at} was not decided: {decisions[0]}")


def _ask(engine: Engine, history: History, measured: Measured) -> None:
    positions = {"oldest": 0, "middle": history.size.snapshots // 2, "newest": history.size.head}
    for when, position in positions.items():
        for name in ("count_as_of", "aggregate_as_of"):
            for _ in range(TRIES):
                _answer(engine, name, history.key(position), f"{name} {when}", measured)
    for _ in range(TRIES):
        _answer(engine, "read_as_of", history.key(positions["middle"]), "read_as_of", measured)
        copied = history.key(history.size.head + 1)
        _answer(engine, "count_copy", copied, "count_copy", measured)
        _answer(engine, "read_copy", copied, "read_copy", measured)


def _answer(engine: Engine, name: str, key: SnapshotKey, what: str, measured: Measured) -> None:
    text = bench_statement(engine.name, name, **_values(key))
    measured.time(what, lambda: engine.door.ask(text))


def _values(key: SnapshotKey) -> dict[str, Value]:
    return {"source": key.source, "list_id": key.list_id, "snapshot_at": key.snapshot_at}


def _prune(door: Door, history: History, measured: Measured) -> None:
    """Prune what is due at the newest snapshot, as a source does by itself."""
    now = history.key(history.size.head + history.size.more).snapshot_at
    pruned = []
    measured.time("prune", lambda: pruned.append(prune(door, SOURCE, KEEP, now)))
    measured.time("give back space", door.give_back_space)
    measured.pruned = pruned[0]
