"""What is found out about contacts that are gone, and a task that stops on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pyarrow as pa
import pytest

from listrak.diff.decide import Unconfirmed, decide
from listrak.errors import WarehouseUnavailableError
from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact
from listrak.snapshot.confirmations import stage_unsubscribes
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query
from tests.unit.diff.deciding import FIRST, RULES, key, missing, snapshot, stage, verdicts


class KilledError(Exception):
    """The task ends here."""


@pytest.fixture
def extract_id(warehouse: Warehouse) -> str:
    """A read that misses two contacts of the snapshot before."""
    snapshot(warehouse, key(0), {"a@x": None, "b@x": None, "c@x": None})
    stage(warehouse, key(1), {"a@x": None})
    outcome = decide(warehouse, key(1), RULES, FIRST)
    assert isinstance(outcome, Unconfirmed)
    return outcome.extract_id


def test_forgotten_contact_that_unsubscribed_is_in_no_staging_under_way(
    warehouse: Warehouse, query: Query, extract_id: str
) -> None:
    forget_contact(warehouse, address_sha256("b@x"), FIRST + timedelta(hours=1))

    def pieces() -> Iterator[pa.Table]:
        yield pa.concat_tables(verdicts(missing(email), "unsubscribed") for email in ("b@x", "c@x"))
        raise KilledError

    with pytest.raises(KilledError):
        stage_unsubscribes(warehouse, extract_id, FIRST, pieces())

    assert query("select email from staged_contacts order by 1") == [("a@x",), ("c@x",)]


def test_unsubscribes_of_a_read_that_is_gone_are_not_kept(
    warehouse: Warehouse, query: Query, extract_id: str
) -> None:
    stage(warehouse, key(1), {"a@x": None})

    with pytest.raises(WarehouseUnavailableError, match="decided or replaced"):
        stage_unsubscribes(warehouse, extract_id, FIRST, [verdicts(missing("b@x"), "unsubscribed")])

    assert query("select email from staged_contacts") == [("a@x",)]
