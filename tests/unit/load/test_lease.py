from datetime import timedelta

import pytest

from listrak.errors import LoadLeaseHeldError
from listrak.load.lease import TIME_TO_LIVE, Lease, leased
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query
from tests.unit.load.conftest import START, Watch

SECONDS = TIME_TO_LIVE.total_seconds()


def acquire(warehouse: Warehouse, watch: Watch, holder: str, source: str = "one") -> Lease:
    lease = Lease(source, holder, watch.clock())
    with warehouse.transaction() as transaction:
        lease.acquire(transaction)
    return lease


def write_and_renew(warehouse: Warehouse, lease: Lease) -> None:
    with warehouse.transaction() as transaction:
        transaction.execute("load/release_lease", source="one", holder="second")
        lease.renew(transaction)


@pytest.mark.parametrize(("held_for", "wait"), [(60, 60), (SECONDS - 7, 7)])
def test_held_lease_is_refused_with_when_to_ask_again(
    warehouse: Warehouse, watch: Watch, held_for: float, wait: float
) -> None:
    acquire(warehouse, watch, "first")
    watch.sleep(held_for)

    with pytest.raises(LoadLeaseHeldError, match="`one`: first is sending until") as caught:
        acquire(warehouse, watch, "second")

    assert caught.value.retry_after == wait


def test_other_source_has_its_own_lease(warehouse: Warehouse, watch: Watch, query: Query) -> None:
    acquire(warehouse, watch, "first", source="one")
    acquire(warehouse, watch, "second", source="two")

    assert query("select holder from load_leases order by source") == [("first",), ("second",)]


def test_retry_of_the_same_task_takes_over(
    warehouse: Warehouse, watch: Watch, query: Query
) -> None:
    acquire(warehouse, watch, "first")
    watch.sleep(60)
    acquire(warehouse, watch, "first")

    end = START + timedelta(seconds=60) + TIME_TO_LIVE
    assert query("select holder, expires_at from load_leases") == [("first", end)]


def test_lease_expires_by_itself(warehouse: Warehouse, watch: Watch, query: Query) -> None:
    acquire(warehouse, watch, "first")
    watch.sleep(SECONDS)
    acquire(warehouse, watch, "second")

    assert query("select holder from load_leases") == [("second",)]


def test_lease_dated_by_a_wrong_clock_counts_as_expired(
    warehouse: Warehouse, watch: Watch, query: Query
) -> None:
    watch.seconds = 1e6
    acquire(warehouse, watch, "first")
    watch.seconds = 0
    acquire(warehouse, watch, "second")

    assert query("select holder from load_leases") == [("second",)]


def test_clock_that_is_a_little_behind_steals_no_lease(warehouse: Warehouse, watch: Watch) -> None:
    watch.seconds = 30
    acquire(warehouse, watch, "first")
    watch.seconds = 0

    with pytest.raises(LoadLeaseHeldError, match="first is sending"):
        acquire(warehouse, watch, "second")


def test_renewal_prolongs_it(warehouse: Warehouse, watch: Watch) -> None:
    lease = acquire(warehouse, watch, "first")
    watch.sleep(SECONDS - 1)
    with warehouse.transaction() as transaction:
        lease.renew(transaction)
    watch.sleep(SECONDS - 1)

    with pytest.raises(LoadLeaseHeldError, match="first"):
        acquire(warehouse, watch, "second")


def test_stolen_lease_is_noticed_and_nothing_kept(
    warehouse: Warehouse, watch: Watch, query: Query
) -> None:
    lease = acquire(warehouse, watch, "first")
    watch.sleep(SECONDS)
    acquire(warehouse, watch, "second")

    with pytest.raises(LoadLeaseHeldError, match="may have taken over"):
        write_and_renew(warehouse, lease)

    assert query("select holder from load_leases") == [("second",)]


def test_lease_is_given_back_also_on_failure(
    warehouse: Warehouse, watch: Watch, query: Query
) -> None:
    def fail_on_the_way() -> None:
        with leased(warehouse, "one", "first", watch.clock()):
            assert query("select holder from load_leases") == [("first",)]
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        fail_on_the_way()

    assert query("select * from load_leases") == []


def test_holder_that_was_stopped_too_long_begins_nothing(
    warehouse: Warehouse, watch: Watch
) -> None:
    lease = acquire(warehouse, watch, "first")
    lease.check_fresh(watch.now())

    watch.sleep(SECONDS)

    with pytest.raises(LoadLeaseHeldError, match="may have taken over"):
        lease.check_fresh(START)
