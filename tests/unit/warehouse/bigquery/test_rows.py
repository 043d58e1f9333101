"""Rows into BigQuery and answers out of it, behind Google's own client."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from listrak.errors import (
    QuestionError,
    WarehouseRefusedError,
    WarehouseUnavailableError,
)
from listrak.warehouse.bigquery import rows as bigquery_rows
from listrak.warehouse.bigquery.dataset import BigQueryDataset
from tests.unit.warehouse.bigquery.stand_in import LARGEST_REQUEST, StandIn
from tests.unit.warehouse.bigquery.trouble import Trouble
from tests.unit.warehouse.test_warehouse import PLANNED, RUN

END = "call bq.abort_session ();"
COMMIT = "commit transaction"


def test_rows_keep_their_values(door: BigQueryDataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bigquery_rows, "LARGEST", 200)
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_901)
    odd = ["o'neil@x", "zoë\U0001f600@x", 'a,b;\n\\"c"@x', "", "null", "x" * 1_000]
    rows = pa.table(
        {
            "extract_id": ["e"] * 6,
            "email": odd,
            "user_id": pa.array(["", None, "7", "\\N", "[1]", "@p"]),
            "subscribed_at": pa.array([moment, None] * 3, pa.timestamp("us")),
            "state": ["subscribed"] * 6,
        }
    )

    with door.transaction() as transaction:
        transaction.insert("staged_contacts", rows)
        transaction.insert("staged_contacts", rows.slice(0, 0))
        transaction.lend("mine", rows)
        transaction.lend("mine", rows.slice(0, 0))

    columns = ", ".join(rows.column_names)
    answer = door.ask(f"select {columns} from staged_contacts")
    by_email = {row["email"]: row for row in rows.to_pylist()}
    assert {row["email"]: row for row in answer.to_pylist()} == by_email
    assert answer.num_rows == 6


def test_pieces_fit_into_a_request_whatever_is_in_them() -> None:
    hostile = ['"\\' * 500, "\U0001f600" * 500, "\x01" * 500, "a" * 500]
    rows = pa.table({"email": hostile * 1_500})

    sent = list(bigquery_rows.pieces(rows))

    assert len(sent) > 2
    assert max(len(json.dumps(piece)) for piece in sent) < LARGEST_REQUEST - 1_000_000
    assert [one for piece in sent for [one] in json.loads(piece)] == hostile * 1_500


def test_row_that_fits_into_no_request_is_refused(door: BigQueryDataset) -> None:
    too_long = RUN.set_column(0, "run_id", pa.array(["x" * LARGEST_REQUEST]))

    with (
        pytest.raises(WarehouseRefusedError, match="refused a statement"),
        door.transaction() as transaction,
    ):
        transaction.insert("runs", too_long)


def test_answer_has_plain_types_over_several_pages(door: BigQueryDataset) -> None:
    answer = door.ask(
        "select x, cast(x / 3 as float64) as f, x > 1 as b, date '2026-01-02' as d, "
        "datetime '2026-01-02 03:04:05.678901' as t, cast('1.5' as numeric) as n, $1 as p "
        "from unnest(generate_array(1, 2500)) as x order by x",
        ["o'neil@x"],
    )

    assert answer.num_rows == 2_500
    assert answer["x"].to_pylist() == list(range(1, 2_501))
    kinds = dict(zip(answer.column_names, answer.schema.types, strict=True))
    assert kinds == {
        "x": pa.int64(),
        "f": pa.float64(),
        "b": pa.bool_(),
        "d": pa.date32(),
        "t": pa.timestamp("us"),
        "n": pa.decimal128(38, 9),
        "p": pa.string(),
    }
    assert answer["t"][0].as_py() == datetime(2026, 1, 2, 3, 4, 5, 678_901)
    assert answer["n"][0].as_py() == Decimal("1.5")
    assert answer["p"][0].as_py() == "o'neil@x"


@pytest.mark.parametrize(
    "text",
    [
        "select 1; drop table listrak.runs",
        "update runs set asked = '' where true",
        "export data options (uri = 'gs://bucket/*.csv', format = 'CSV') as select 1",
        "load data into runs from files (format = 'CSV', uris = ['gs://bucket/runs.csv'])",
        COMMIT,
        END,
    ],
)
def test_whatever_is_no_query_is_not_run(
    text: str, door: BigQueryDataset, stand_in: StandIn
) -> None:
    before = len(stand_in.jobs)

    with pytest.raises(QuestionError, match="read-only"):
        door.ask(text)

    assert len(stand_in.jobs) == before


def test_question_is_not_run_where_the_service_is_away(
    door: BigQueryDataset, stand_in: StandIn
) -> None:
    stand_in.troubles.append(Trouble("select 1", "backendError", 503, times=99))

    with pytest.raises(WarehouseUnavailableError, match="is away"):
        door.ask("select 1")


def test_lent_tables_and_rows_live_in_the_session_alone(door: BigQueryDataset) -> None:
    with door.transaction() as transaction:
        transaction.lend("planned_calls", PLANNED)

    with pytest.raises(QuestionError, match="planned_calls"):
        door.ask("select * from planned_calls")
