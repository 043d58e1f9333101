"""Every statement in BigQuery's dialect, before Google's own analyzer of it."""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pytest
import sqlglot
from google.cloud.bigquery import ScalarQueryParameter
from zetasql.types import SimpleCatalog

from listrak.warehouse.bigquery_rows import COLUMN_TYPES, append_rows, create_rows, drop_rows
from listrak.warehouse.bigquery_statements import typed
from listrak.warehouse.dialect import DIALECTS, written_for
from listrak.warehouse.duckdb_file import DuckDBFile, DuckDBTransaction
from listrak.warehouse.warehouse import Parameter
from tests.unit.warehouse.googlesql import analyzer, dataset, value
from tests.unit.warehouse.test_same_rows import live
from tests.unit.warehouse.test_statements import ALL_STATEMENTS

OTHERS = tuple(f"{engine}/" for engine in DIALECTS if engine != "bigquery")
# What the analyzer does not know: a procedure of BigQuery's own, and views of its service, which
# the door asks otherwise.
BEYOND_IT = (
    "bigquery/end_session",
    "bigquery/end_other_session",
    "warehouse/has_schema",
    "warehouse/has_tables",
)
STATEMENTS = [
    name for name in ALL_STATEMENTS if not name.startswith(OTHERS) and name not in BEYOND_IT
]
ADDS_A_COLUMN = (
    "upgrades/2_03_add_email_key",
    "upgrades/2_04_add_trait",
    "upgrades/2_06_add_asked",
)


@cache
def found() -> SimpleCatalog:
    return dataset()


def given(name: str) -> list[ScalarQueryParameter]:
    written = written_for("bigquery", name)
    return [typed(each, value(name, each), written.types.get(each)) for each in written.parameters]


@pytest.mark.parametrize("name", STATEMENTS)
def test_google_takes_the_statement(name: str) -> None:
    text = written_for("bigquery", name).text

    if name in ADDS_A_COLUMN:  # which the tables of today have
        with pytest.raises(Exception, match="Column already exists"):
            analyzer(found(), given(name)).analyze_statement(text)
    else:
        assert analyzer(found(), given(name)).analyze_statement(text)


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
        analyzer(found(), ()).analyze_statement(text)


def test_rows_are_taken_apart_as_google_takes_it() -> None:
    schema = pa.schema(
        {f"c{place}": kind for place, kind in enumerate(COLUMN_TYPES)} | {"email": pa.string()}
    )
    rows = [typed("rows", "[]")]

    assert analyzer(found(), rows).analyze_statement(create_rows("mine", schema))
    assert analyzer(found(), ()).analyze_statement(drop_rows("receipts"))
    runs = pa.schema({"source": pa.string(), "started_at": pa.timestamp("us")})
    assert analyzer(found(), rows).analyze_statement(append_rows("listrak.runs", runs))


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_stays_as_it_is_when_read_again(name: str) -> None:
    text = written_for("bigquery", name).text
    read = sqlglot.parse_one(text, read="bigquery").sql("bigquery", comments=False)

    assert sqlglot.parse_one(read, read="bigquery").sql("bigquery", comments=False) == read
    if not name.startswith("bigquery/"):
        assert read == text


def test_whatever_may_be_null_is_cast_by_its_statement(
    duckdb_file: DuckDBFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    nulls: set[tuple[str, str]] = set()
    execute, fetch = DuckDBTransaction.execute, DuckDBTransaction.fetch

    def executed(self: DuckDBTransaction, name: str, /, **parameters: Parameter) -> int:
        nulls.update((name, each) for each, one in parameters.items() if one is None)
        return execute(self, name, **parameters)

    def fetched(self: DuckDBTransaction, name: str, /, **parameters: Parameter) -> pa.Table:
        nulls.update((name, each) for each, one in parameters.items() if one is None)
        return fetch(self, name, **parameters)

    monkeypatch.setattr(DuckDBTransaction, "execute", executed)
    monkeypatch.setattr(DuckDBTransaction, "fetch", fetched)
    for seed in range(2):
        live(duckdb_file, seed)

    assert nulls
    assert {
        (name, each) for name, each in nulls if each not in written_for("bigquery", name).types
    } == set()
