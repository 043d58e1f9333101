"""DAG runs as Airflow makes them: tasks one after the other, retried, over a warehouse by steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import requests

from listrak.connections import ListrakConnection, SegmentConnection
from listrak.diff.rules import Asked, Rules
from listrak.errors import FatalError, RetriableError, SkippableError
from listrak.extract.client import ListrakClient
from listrak.extract.read import read_contacts
from listrak.extract.rows import ListRead
from listrak.load.clock import Clock
from listrak.load.send import send_pending
from listrak.operators.decide_list import decide_list
from listrak.snapshot.kind import Kind, kind_to_read
from listrak.snapshot.moment import Moment
from listrak.snapshot.staging import stage_contacts
from listrak.snapshot_key import SnapshotKey
from sandbox.listrak_api import ListrakApi
from sandbox.segment_api import SegmentApi
from sandbox.world import ContactList, ProfileField, World
from tests.rules.stepped import Stepped, StoryWarehouse
from tests.unit.memory_warehouse import Crash, MemoryWarehouse

SOURCE = "Rules"
HOURLY = "0 * * * *"
LISTS = {1: ListRead(1, 7), 2: ListRead(2)}
FIRST = datetime(2026, 3, 1, 12)
RETRIES = 30


@dataclass
class Account:
    """A Listrak account and a Segment workspace, at a time of their own (naive UTC)."""

    now: datetime = FIRST
    world: World = field(
        default_factory=lambda: World(
            [ContactList(1, "news", (ProfileField(7),)), ContactList(2, "sale")]
        )
    )
    segment: SegmentApi = field(default_factory=SegmentApi)
    warehouse: StoryWarehouse = field(default_factory=MemoryWarehouse)
    listrak: ListrakApi = field(init=False)

    def __post_init__(self) -> None:
        self.listrak = ListrakApi(self.world)

    @property
    def aware(self) -> datetime:
        """The time as the world takes it."""
        return self.now.replace(tzinfo=UTC)

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def clock(self) -> Clock:
        return Clock(lambda: self.now, self._monotonic, self.sleep)

    def _monotonic(self) -> float:
        return (self.now - FIRST).total_seconds()

    def client(self) -> ListrakClient:
        listrak = ListrakConnection(
            "listrak_default",
            self.listrak.base_url,
            self.listrak.token_url,
            self.listrak.client_id,
            self.listrak.client_secret,
        )
        session = requests.Session()
        session.trust_env = False
        return ListrakClient(session, listrak, sleep=lambda _: None)

    def segment_connection(self) -> SegmentConnection:
        return SegmentConnection("segment_default", self.segment.host, self.segment.write_key, 1e9)


@dataclass
class Run:
    """A run of a moment. `failures`: what ended tasks for good."""

    account: Account
    run_id: str
    moment: Moment
    asked: Asked = Asked()  # noqa: RUF009 (frozen)
    failures: list[FatalError] = field(default_factory=list)
    stepped: Stepped = field(init=False)

    def __post_init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Let every task run, again."""
        self.failures = []
        self.stepped = Stepped(self.account.warehouse, self._work)
        self.stepped.start()

    @property
    def is_done(self) -> bool:
        return self.stepped.is_done

    def _work(self, warehouse: Stepped) -> None:
        for stage in (self._extract, self._diff):
            for list_id in LISTS:
                self._try(warehouse, partial(stage, warehouse, list_id))
        self._try(warehouse, partial(self._send, warehouse))

    def _try(self, warehouse: Stepped, task: Callable[[], object]) -> None:
        for _ in range(RETRIES):
            try:
                task()
            except (RetriableError, Crash):
                warehouse.revive()
                self.account.sleep(20)
                continue
            except FatalError as error:
                self.failures.append(error)
            except SkippableError:
                pass
            return

    def _key(self, list_id: int) -> SnapshotKey:
        return SnapshotKey(SOURCE, list_id, self.moment.at)

    def _extract(self, warehouse: Stepped, list_id: int) -> None:
        key, now = self._key(list_id), self.account.now
        kind = kind_to_read(warehouse, key, self.moment, HOURLY, now)
        if kind is None:
            return
        as_of = key.snapshot_at if kind is Kind.RECONSTRUCTED else None
        pieces = read_contacts(self.account.client(), replace(LISTS[list_id], as_of=as_of))
        stage_contacts(warehouse, key, kind, self.run_id, pieces, lambda: self.account.now)

    def _diff(self, warehouse: Stepped, list_id: int) -> None:
        decide_list(
            warehouse,
            self._key(list_id),
            Rules(f"Listrak_list_{list_id}", asked=self.asked),
            LISTS[list_id],
            self.account.client,
            lambda: self.account.now,
        )

    def _send(self, warehouse: Stepped) -> None:
        if not self.asked.dry_run:
            connection = self.account.segment_connection()
            holder = f"{self.run_id}/send"
            clock = self.account.clock()
            send_pending(warehouse, connection, SOURCE, holder, self.run_id, clock)
