"""A contact that is forgotten while its call is on its way."""

from __future__ import annotations

from datetime import datetime

from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact
from listrak.load.send import send_pending
from listrak.warehouse.warehouse import Warehouse
from tests.unit.conftest import Query
from tests.unit.load.pending_changes import SOURCE, Change, add_changes
from tests.unit.load.scripted_segment import Reply, Sent, scripted_segment

ANN = "ann@example.com"


def test_its_receipt_brings_nothing_back(warehouse: Warehouse, query: Query) -> None:
    add_changes(warehouse, [Change(ANN), Change("bob@example.com")])

    def forget(batch: list[Sent]) -> Reply:
        assert [event["anonymousId"] for event in batch] == [ANN, "bob@example.com"]
        forget_contact(warehouse, address_sha256(ANN), datetime(2026, 3, 1))
        return Reply()

    with scripted_segment() as segment:
        segment.judge = forget
        send_pending(warehouse, segment.connection(), source=SOURCE, holder="h", run_id="r")

    assert query("select email, status from trait_changes") == [("bob@example.com", "sent")]
    assert query("select anonymous_id, status from identify_calls") == [("bob@example.com", "sent")]
