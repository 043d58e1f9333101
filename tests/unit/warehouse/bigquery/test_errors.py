"""What BigQuery refuses, as the door tells it, behind Google's own client."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from listrak.errors import (
    ConnectionSettingsError,
    ListrakSourceError,
    WarehouseRefusedError,
    WarehouseUnavailableError,
)
from listrak.warehouse.bigquery.dataset import BigQueryDataset
from tests.unit.warehouse.bigquery.engine import UNDONE
from tests.unit.warehouse.bigquery.stand_in import StandIn
from tests.unit.warehouse.bigquery.trouble import Trouble
from tests.unit.warehouse.test_warehouse import RUN

WORDS = "insert into listrak.runs"


@pytest.mark.parametrize(
    ("trouble", "kind", "words"),
    [
        (Trouble(WORDS, "accessDenied", 403), WarehouseRefusedError, "roles/bigquery.user"),
        (Trouble(WORDS, "accessDenied"), WarehouseRefusedError, "roles/bigquery.dataEditor"),
        (Trouble(WORDS, "billingNotEnabled", 403), WarehouseRefusedError, "no billing account"),
        (Trouble(WORDS, "quotaExceeded", 403), WarehouseUnavailableError, "(quotaExceeded"),
        (
            Trouble(WORDS, "rateLimitExceeded", 403, times=99),
            WarehouseUnavailableError,
            "rateLimit",
        ),
        (Trouble(WORDS, "jobRateLimitExceeded"), WarehouseUnavailableError, "jobRateLimit"),
        (Trouble(WORDS, "tableUnavailable"), WarehouseUnavailableError, "reach a table"),
        (Trouble(WORDS, "stopped"), WarehouseUnavailableError, "somebody had cancelled"),
        (Trouble(WORDS, "resourcesExceeded"), WarehouseRefusedError, "more slots"),
        (Trouble(WORDS, "notFound", 404), WarehouseRefusedError, "`project` or `location`"),
        (Trouble(WORDS, "duplicate", 400), WarehouseRefusedError, "(duplicate)"),
        (Trouble(WORDS, "authError", 401, times=99), WarehouseRefusedError, "connection's key"),
        (Trouble(WORDS, "invalidQuery", 200, UNDONE), WarehouseUnavailableError, "another one"),
        (Trouble(WORDS, "backendError", 503, times=99), WarehouseUnavailableError, "is away"),
        (Trouble(WORDS, "internalError"), WarehouseUnavailableError, "is away"),
        (Trouble(WORDS, times=99), WarehouseUnavailableError, "is away"),
        (Trouble(WORDS, "invalidQuery", 400), WarehouseRefusedError, "(invalidQuery)"),
        (Trouble(WORDS, "invalidQuery"), WarehouseRefusedError, "words stand at job `"),
    ],
)
def test_each_error_is_grouped_by_what_to_do_and_quotes_nothing(
    trouble: Trouble,
    kind: type[ListrakSourceError],
    words: str,
    door: BigQueryDataset,
    stand_in: StandIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    stand_in.troubles.append(replace(trouble, message=f"{trouble.message}: ann@x.example"))

    with pytest.raises(kind) as caught, door.transaction() as transaction:
        transaction.insert("runs", RUN)

    told = str(caught.value)
    assert words in told
    assert "`warehouse_default`" in told
    assert "Nothing of this step was kept" in told
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None
    assert "@" not in told + caplog.text
    assert stand_in.engine.sessions == {}


def test_refused_statement_quotes_no_row(door: BigQueryDataset) -> None:
    no_time = RUN.set_column(2, "started_at", pa.array(["ann@x.example"]))

    with (
        pytest.raises(WarehouseRefusedError, match="refused a statement") as caught,
        door.transaction() as transaction,
    ):
        transaction.insert("runs", no_time)

    assert "@" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None


def test_wrong_location_is_named(door: BigQueryDataset) -> None:
    elsewhere = replace(door, settings=replace(door.settings, location="EU"))

    with pytest.raises(WarehouseRefusedError, match="in EU is not there"), elsewhere.transaction():
        pytest.fail("it is elsewhere")


def test_nobody_there_is_tried_again(stand_in: StandIn) -> None:
    nowhere = replace(stand_in.settings, api_endpoint="http://127.0.0.1:1")

    with (
        pytest.raises(WarehouseUnavailableError, match="is away"),
        BigQueryDataset(nowhere).transaction(),
    ):
        pytest.fail("nobody listens there")


@pytest.mark.parametrize(
    "named",
    [{"key": {"private_key": "s3cret"}}, {"key": None, "key_path": Path("/nowhere/key.json")}],
)
def test_key_that_is_none_is_said_without_quoting_it(
    named: dict[str, Any], stand_in: StandIn
) -> None:
    door = BigQueryDataset(replace(stand_in.settings, **named))

    with pytest.raises(ConnectionSettingsError, match="no key of an account") as caught:
        door.ask("select 1")

    assert "s3cret" not in f"{caught.value!r} {door!r}"
    assert caught.value.__suppress_context__
    assert caught.value.__cause__ is None
