import pytest

from listrak.errors import LoadLeaseHeldError
from listrak.load import plan as planning
from listrak.load.identify import TICK, Origin
from listrak.load.lease import Lease, leased
from listrak.load.plan import plan
from listrak.load.supersede import supersede
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query
from tests.unit.load.conftest import Watch
from tests.unit.load.pending_changes import SOURCE, Change, add_changes, many

ANN, BOB = "ann@example.com", "bob@example.com"
ORIGIN = Origin.of(SOURCE, "key")
CHANGES = "select list_id, change, status from trait_changes order by list_id, snapshot_at"


def run_supersede(warehouse: Warehouse) -> int:
    with warehouse.transaction() as transaction:
        return supersede(transaction, SOURCE)


def run_plan(warehouse: Warehouse, watch: Watch) -> int:
    with leased(warehouse, SOURCE, "holder", watch.clock()) as lease:
        return plan(warehouse, lease, ORIGIN, "run")


def test_latest_of_several_pending_changes_decides(warehouse: Warehouse, query: Query) -> None:
    add_changes(warehouse, [Change(ANN, day=1), Change(ANN, "remove", day=2), Change(ANN, day=3)])
    add_changes(warehouse, [Change(ANN, "remove", list_id=2), Change(BOB, list_id=2)])

    assert run_supersede(warehouse) == 2

    assert query(CHANGES) == [
        (1, "add", "superseded"),
        (1, "remove", "superseded"),
        (1, "add", "pending"),
        (2, "remove", "pending"),
        (2, "add", "pending"),
    ]


def test_change_older_than_what_segment_was_told_is_moot(
    warehouse: Warehouse, query: Query
) -> None:
    add_changes(warehouse, [Change(ANN, day=2, status="sent"), Change(ANN, "remove", day=1)])

    assert run_supersede(warehouse) == 1
    assert query(CHANGES) == [(1, "remove", "superseded"), (1, "add", "sent")]


@pytest.mark.parametrize("status", ["held", "historical", "dry_run", "rejected"])
def test_change_that_is_not_sent_supersedes_nothing(warehouse: Warehouse, status: str) -> None:
    add_changes(warehouse, [Change(ANN, day=2, status=status), Change(ANN, "remove", day=1)])

    assert run_supersede(warehouse) == 0


def test_other_source_supersedes_nothing(warehouse: Warehouse) -> None:
    add_changes(warehouse, [Change(ANN, "remove", day=1)])
    add_changes(warehouse, [Change(ANN, day=2)], source="another")

    assert run_supersede(warehouse) == 0


@pytest.mark.parametrize("user_id", [None, "7"])
def test_snapshot_decided_after_superseding_decides_alone(
    user_id: str | None, warehouse: Warehouse, watch: Watch, query: Query
) -> None:
    run_supersede(warehouse)
    add_changes(warehouse, [Change(ANN, day=1, user_id=user_id), Change(ANN, "remove", day=2)])

    assert run_plan(warehouse, watch) == 1

    assert query("select traits from identify_calls") == [
        ('{"Listrak_list_1": null, "email": "ann@example.com"}',)
    ]
    assert query(CHANGES) == [(1, "add", "superseded"), (1, "remove", "pending")]


def test_call_with_a_moot_change_is_planned_anew(
    warehouse: Warehouse, watch: Watch, query: Query
) -> None:
    add_changes(warehouse, [Change(ANN, list_id=1), Change(ANN, list_id=2), Change(BOB)])
    assert run_plan(warehouse, watch) == 2
    add_changes(warehouse, [Change(ANN, "remove", list_id=1, day=1)])

    assert run_supersede(warehouse) == 1
    assert run_plan(warehouse, watch) == 1

    assert query(
        "select anonymous_id, status, traits from identify_calls order by anonymous_id, timestamp"
    ) == [
        (
            ANN,
            "superseded",
            f'{{"Listrak_list_1": true, "Listrak_list_2": true, "email": "{ANN}"}}',
        ),
        (ANN, "pending", f'{{"Listrak_list_1": null, "Listrak_list_2": true, "email": "{ANN}"}}'),
        (BOB, "pending", f'{{"Listrak_list_1": true, "email": "{BOB}"}}'),
    ]


def test_every_pending_change_has_its_call_and_no_other(
    warehouse: Warehouse, watch: Watch, query: Query
) -> None:
    add_changes(
        warehouse,
        [
            Change(ANN, user_id="", list_id=1),
            Change(ANN, list_id=2),
            Change(ANN, list_id=3, user_id="7"),
            Change(BOB, status="held"),
        ],
    )

    assert run_plan(warehouse, watch) == 2

    assert query(
        "select list_id, calls.user_id, attempts, run_id from trait_changes changes"
        " left join identify_calls calls using (message_id) order by list_id, email"
    ) == [(1, None, 0, "run"), (1, None, None, None), (2, None, 0, "run"), (3, "7", 0, "run")]


def test_address_is_not_split_over_two_plans(
    warehouse: Warehouse, watch: Watch, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "CHANGES_AT_ONCE", 3)
    for list_id in (1, 2):
        add_changes(warehouse, many(10, Change("", list_id=list_id)))

    assert run_plan(warehouse, watch) == 10
    assert query("select count(*), count(distinct anonymous_id) from identify_calls") == [(10, 10)]


def test_planning_again_plans_nothing(warehouse: Warehouse, watch: Watch) -> None:
    add_changes(warehouse, [Change(ANN)])

    assert run_plan(warehouse, watch) == 1
    assert run_plan(warehouse, watch) == 0


def test_nothing_is_planned_without_the_lease(
    warehouse: Warehouse, watch: Watch, query: Query
) -> None:
    add_changes(warehouse, [Change(ANN)])

    with pytest.raises(LoadLeaseHeldError, match="may have taken over"):
        plan(warehouse, Lease(SOURCE, "holder", watch.clock()), ORIGIN, "run")

    assert query("select * from identify_calls") == []


def test_new_call_is_later_than_any_of_its_address(
    warehouse: Warehouse, watch: Watch, query: Query
) -> None:
    add_changes(warehouse, [Change(ANN, day=5)])
    run_plan(warehouse, watch)
    add_changes(warehouse, [Change(ANN, list_id=2, day=1)])
    run_plan(warehouse, watch)

    first, second = query("select timestamp from identify_calls order by timestamp")
    assert second[0] - first[0] == TICK
