"""A stand-in of BigQuery, and the door to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from listrak.warehouse.bigquery.dataset import BigQueryDataset
from tests.unit.warehouse.bigquery import stand_in as stand_ins
from tests.unit.warehouse.bigquery.stand_in import StandIn


@pytest.fixture(scope="session")
def running() -> Iterator[StandIn]:
    with stand_ins.running() as found:
        yield found


@pytest.fixture
def stand_in(running: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    running.forget()
    monkeypatch.setattr("listrak.warehouse.bigquery.statements.SECONDS_AWAY", 0.3)
    monkeypatch.setattr("listrak.warehouse.bigquery.statements.SECONDS_TO_END", 0.3)
    monkeypatch.setattr("listrak.warehouse.bigquery.dataset.SECONDS_BETWEEN_TRIES", (0.01, 0.02))
    return running


@pytest.fixture
def door(stand_in: StandIn) -> BigQueryDataset:
    """Return the door of a warehouse whose tables are there."""
    found = BigQueryDataset(stand_in.settings)
    if stand_in.engine.has("runs"):
        stand_in.engine.empty()
    else:
        with found.transaction():
            pass
    return found
