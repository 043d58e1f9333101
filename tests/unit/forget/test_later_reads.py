"""What a read of Listrak that still has a forgotten contact makes of it."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest

from listrak.diff.rules import Rules
from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact
from listrak.snapshot.kind import Kind
from listrak.snapshot.staging import stage_contacts
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query, contacts
from tests.unit.diff.deciding import DAY, FIRST, RULES, asked, decide_all, key, snapshot, stage

ANN = "ann@example.com"
BOB = "bob@example.com"
BOTH = {ANN: "1", BOB: "2"}
FORGOTTEN_AT = FIRST + DAY + timedelta(hours=2)


@pytest.fixture
def forgotten(warehouse: Warehouse) -> Warehouse:
    """Two snapshots that had Ann, who was forgotten then."""
    snapshot(warehouse, key(0), BOTH)
    snapshot(warehouse, key(1), BOTH)
    forget_contact(warehouse, address_sha256(ANN), FORGOTTEN_AT)
    return warehouse


@pytest.mark.parametrize("rules", [RULES, asked(full_resync=True)])
@pytest.mark.parametrize(
    ("day", "kind"), [(2.0, Kind.OBSERVED), (0.5, Kind.RECONSTRUCTED), (1.5, Kind.RECONSTRUCTED)]
)
def test_neither_a_run_nor_a_backfill_brings_the_contact_back(
    day: float, kind: Kind, rules: Rules, forgotten: Warehouse, query: Query
) -> None:
    snapshot(forgotten, key(day), BOTH, rules, kind)

    assert query("select distinct email from snapshot_contacts") == [(BOB,)]
    assert query("select distinct email from trait_changes") == [(BOB,)]
    assert query("select count(*) from snapshots") == [(3,)]


def test_contact_forgotten_between_its_read_and_the_decision_is_not_added(
    warehouse: Warehouse, query: Query
) -> None:
    stage(warehouse, key(0), BOTH)

    forget_contact(warehouse, address_sha256(ANN), FORGOTTEN_AT)
    decide_all(warehouse, key(0))

    assert query("select email from snapshot_contacts") == [(BOB,)]
    assert query("select email from trait_changes") == [(BOB,)]


def test_contact_that_subscribes_anew_counts_again(forgotten: Warehouse, query: Query) -> None:
    again = contacts({ANN: "1"}, at=FORGOTTEN_AT + timedelta(hours=1))

    stage_contacts(forgotten, key(2), Kind.OBSERVED, "run", [again, contacts({BOB: "2"})])
    decide_all(forgotten, key(2))

    assert query(f"select change, status from trait_changes where email = '{ANN}'") == [
        ("add", "pending")
    ]


def test_contact_without_a_subscribe_date_stays_out(forgotten: Warehouse, query: Query) -> None:
    read = contacts(BOTH)
    place = read.schema.get_field_index("subscribed_at")
    undated = read.set_column(place, read.schema.field(place), pa.nulls(2, pa.timestamp("us")))

    stage_contacts(forgotten, key(2), Kind.OBSERVED, "run", [undated])
    decide_all(forgotten, key(2))

    assert query("select distinct email from snapshot_contacts") == [(BOB,)]
