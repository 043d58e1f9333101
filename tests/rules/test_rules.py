"""The rules of safety, over any story of an account, its runs and what goes wrong on the way."""

from __future__ import annotations

from typing import Literal

from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from listrak.snapshot.moment import Moment
from sandbox.resources import Quirks
from tests.rules.happenings import Happenings, Row
from tests.rules.runs import LISTS, Account
from tests.unit.postgres_cluster import PostgresCluster
from tests.unit.server_warehouse import server_warehouse

STATUSES = {"pending", "sent", "superseded", "historical", "held", "rejected", "dry_run"}
ORDERS: tuple[Literal["arrival", "timestamp"], ...] = ("arrival", "timestamp")


class Story(Happenings):
    """What has to be true all the while, and at the end."""

    def __init__(self, account: Account | None = None) -> None:
        super().__init__(account)
        self.known: set[Row] = set()
        self.pruned: set[Row] = set()

    # --- what has to be true -----------------------------------------------------------------

    @invariant()
    def snapshots_never_change(self) -> None:
        """Rules 1, 3 and 10: whole from the first moment on, whatever comes or goes beside."""
        for list_id, at, count in self.query(
            "select list_id, snapshot_at, contact_count from snapshots "
            "where status in ('head', 'past')"
        ):
            rows = self.query(
                "select email, user_id, subscribed_at from snapshot_contacts where list_id = "
                f"{list_id} and snapshot_at = '{at}' order by email"
            )
            assert self.copies.setdefault((list_id, at), rows) == rows
            assert len(rows) == count

    @invariant()
    def pruned_snapshots_stay_so(self) -> None:
        """Rule 10: none is decided again."""
        rows = self.query("select list_id, snapshot_at from snapshots where status = 'pruned'")
        assert self.pruned <= set(rows)
        self.pruned = set(rows)

    @invariant()
    def head_is_the_newest(self) -> None:
        """Rule 2."""
        assert (
            self.query(
                "select list_id from snapshots where status in ('head', 'past') group by list_id "
                "having count(*) filter (where status = 'head') <> 1 "
                "or max(snapshot_at) <> max(snapshot_at) filter (where status = 'head')"
            )
            == []
        )

    @invariant()
    def nothing_vanishes(self) -> None:
        """Rules 3 and 6."""
        changes = self.query(
            "select list_id, snapshot_at, email, trait, change, status, message_id "
            "from trait_changes"
        )
        assert len({row[:4] for row in changes}) == len(changes)
        assert {row[5] for row in changes} <= STATUSES
        assert all(row[6] is None for row in changes if row[5] in ("historical", "held", "dry_run"))
        assert self.known <= {row[:5] for row in changes}
        behind = [row for row in changes if row[:2] in self.behind]
        assert {row[5] for row in behind} <= {"historical"}
        self.known = {row[:5] for row in changes if row[5] in ("pending", "sent", "historical")}

    @invariant()
    def time_moves_forward(self) -> None:
        """Rule 5, for calls as they arrived first."""
        latest: dict[str, str] = {}
        for kept in self.account.segment.ledger.events:
            address, timestamp = str(kept.event["anonymousId"]), str(kept.event["timestamp"])
            assert latest.get(address, "") < timestamp
            latest[address] = timestamp
            assert timestamp <= self.account.now.isoformat(timespec="milliseconds") + "Z"

    @invariant()
    def nobody_who_stayed_is_removed(self) -> None:
        for kept in self.account.segment.ledger.events:
            for list_id in LISTS:
                if kept.event["traits"].get(f"Listrak_list_{list_id}", True) is None:
                    assert (list_id, kept.event["anonymousId"]) in self.left

    # --- the end -----------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            self.converge()
        finally:
            self.account.listrak.stop()
            self.account.segment.stop()

    def converge(self) -> None:
        """Rule 7, and 10: a run more sends nothing."""
        self.account.segment.faults.clear()
        self.account.listrak.quirks = Quirks()
        self.end_all()
        self.account.sleep(2 * 3600)
        for _ in range(2):
            kept = len(self.account.segment.ledger.events)
            self.begin(Moment(self.account.now, ends_interval=False))
            self.end_all()
            self.account.sleep(60)
        for order in ORDERS:
            assert self.traits(order) == self.subscribed()
        assert len(self.account.segment.ledger.events) == kept
        assert self.query("select count(*) from trait_changes where status = 'pending'") == [(0,)]
        self.snapshots_never_change()
        self.nobody_who_stayed_is_removed()

    def traits(self, order: Literal["arrival", "timestamp"]) -> dict[str, set[str]]:
        held = self.account.segment.traits(order=order)
        return {
            address: set(traits) - {"email"}
            for address, traits in held.items()
            if set(traits) != {"email"}
        }

    def subscribed(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for list_id in LISTS:
            for address in self.account.world.subscribed(list_id):
                found.setdefault(address, set()).add(f"Listrak_list_{list_id}")
        return found


def tell(stories: type[Story], count: int, steps: int) -> None:
    run_state_machine_as_test(
        stories,
        settings=settings(
            max_examples=count,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_rules_hold_in_any_story() -> None:
    tell(Story, 16, 40)


def test_rules_hold_on_a_postgres_server(cluster: PostgresCluster) -> None:
    with server_warehouse(cluster) as warehouse:

        class StoryOnServer(Story):
            def __init__(self) -> None:
                super().__init__(Account(warehouse=warehouse.emptied()))

        tell(StoryOnServer, 4, 25)
