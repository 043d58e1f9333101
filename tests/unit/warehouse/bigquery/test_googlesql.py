"""Every statement in BigQuery's dialect, before Google's own analyzer.

It takes half a minute to load: `scripts/test -m googlesql` runs these tests, and notes what was
taken, which test_statements.py compares.
"""

from __future__ import annotations

import json
from datetime import datetime

import pyarrow as pa
import pytest
import sqlglot
from google.cloud.bigquery import ScalarQueryParameter

from listrak.warehouse.bigquery.parameters import typed
from listrak.warehouse.bigquery.rows import (
    COLUMN_TYPES,
    append_rows,
    create_rows,
    drop_rows,
    pieces,
)
from listrak.warehouse.dialect import written_for
from listrak.warehouse.duckdb.file import DuckDBFile
from tests.unit.warehouse.bigquery.googlesql import analyzed, evaluated
from tests.unit.warehouse.bigquery.limits import RESERVED
from tests.unit.warehouse.bigquery.statements import (
    BEYOND_IT,
    STATEMENTS,
    TAKEN,
    digests,
    given,
    value,
)
from tests.unit.warehouse.test_dialect import QUERIES, everything_there
from tests.unit.warehouse.test_warehouse import RUN

pytestmark = pytest.mark.googlesql
FAMILIES = {"int32": "int64", "int64": "int64", "bool": "bool", "double": "double"}
GOOGLES = {
    "TYPE_INT64": "int64",
    "TYPE_BOOL": "bool",
    "TYPE_DOUBLE": "double",
    "TYPE_STRING": "string",
    "TYPE_DATETIME": "timestamp[us]",
    "TYPE_DATE": "date32[day]",
}


def refusal(text: str, parameters: list[ScalarQueryParameter]) -> str | None:
    try:
        analyzed(text, parameters)
    except Exception as error:  # noqa: BLE001 (zetasql has many)
        return str(error)
    return None


def test_google_takes_every_statement() -> None:
    told = {name: refusal(written_for("bigquery", name).text, given(name)) for name in STATEMENTS}

    assert len(told) > 100
    assert {name: words for name, words in told.items() if words} == {}
    TAKEN.write_text(json.dumps(digests(), indent=1) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("select nothing from listrak.runs", "Unrecognized name"),
        ("select sum(email) from listrak.contact_versions", "No matching signature"),
        ("update listrak.runs set asked = 'x'", "WHERE"),
        ("select count(*) filter (where true) from listrak.runs", "Syntax error"),
    ],
)
def test_google_refuses_what_is_none_of_its_own(text: str, words: str) -> None:
    with pytest.raises(Exception, match=words):
        analyzed(text)


def test_googles_reserved_words_are_known() -> None:
    # The analyzer takes one that the page has.
    taken = {word for word in RESERVED if refusal(f"select 1 as {word}", []) is None}
    assert taken == {"qualify"}


def test_answers_have_the_types_that_duckdb_gives(duckdb_file: DuckDBFile) -> None:
    here, there = {}, {}
    with everything_there(duckdb_file) as duckdb:
        for name in set(QUERIES) - set(BEYOND_IT):
            asked = {each: value(name, each) for each in written_for("bigquery", name).parameters}
            found = analyzed(written_for("bigquery", name).text, given(name))
            here[name] = {
                each.name: FAMILIES.get(str(each.type), str(each.type))
                for each in duckdb.fetch(name, **asked).schema
            }
            there[name] = {
                each.name: GOOGLES[each.column.type.type_kind.name]
                for each in found.output_column_list
            }

    assert there == here


def test_rows_are_taken_apart_as_google_takes_it() -> None:
    schema = pa.schema([pa.field(f"c{place}", kind) for place, kind in enumerate(COLUMN_TYPES)])
    rows = [typed("rows", "[]")]

    assert analyzed(create_rows("mine", schema), rows)
    assert analyzed(drop_rows("receipts"))
    runs = RUN.schema
    assert analyzed(append_rows("listrak.runs", runs), rows)


def test_google_reads_the_values_that_were_sent() -> None:
    rows = pa.table(
        {
            "text": ["o'neil", "zoë\U0001f600", 'a"\\\n\t\x00b', "", None, "NULL"],
            "number": [2**53 + 1, -(2**63), 2**63 - 1, 0, None, 1],
            "double": [float("nan"), float("inf"), 0.1, 1e300, None, 5e-324],
            "is_true": [True, False, None, True, True, True],
            "moment": pa.array(
                [datetime(2026, 1, 2, 3, 4, 5, 678_901), datetime(1, 1, 1), None]
                + [datetime(9999, 12, 31, 23, 59, 59, 999_999)] * 3,
                pa.timestamp("us"),
            ),
        }
    )
    [sent] = pieces(rows)
    made = sqlglot.parse_one(create_rows("mine", rows.schema), read="bigquery").expression
    # Doubles and times as text, as JSON knows neither NaN nor microseconds.
    read = evaluated(
        "select to_json_string([text, cast(number as string), cast(double as string), "
        "cast(is_true as string), cast(moment as string)]) from ("
        + made.sql("bigquery").replace("@rows", json.dumps(sent, ensure_ascii=False))
        + ")"
    )

    back = [json.loads(row) for row in read]
    assert [row[0] for row in back] == rows["text"].to_pylist()
    assert [row[1] and int(row[1]) for row in back] == rows["number"].to_pylist()
    assert [str(row[2] and float(row[2])) for row in back] == list(
        map(str, rows["double"].to_pylist())
    )
    assert [row[3] for row in back] == ["true", "false", None, "true", "true", "true"]
    moments = [row[4] and datetime.fromisoformat(row[4]) for row in back]
    assert moments == rows["moment"].to_pylist()
