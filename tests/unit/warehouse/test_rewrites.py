from __future__ import annotations

import pytest
import sqlglot

from listrak.warehouse.dialect import DIALECTS


def said(engine: str, text: str) -> str:
    tree = sqlglot.parse_one(text, read="duckdb")
    for rewrite in DIALECTS[engine].rewrites:
        tree = tree.transform(rewrite)
    return tree.sql(engine).lower()


@pytest.mark.parametrize("engine", ["snowflake", "redshift", "bigquery"])
@pytest.mark.parametrize(
    ("part", "times", "in_microseconds"),
    [("epoch", "a - b", True), ("day", "a - b", False), ("epoch", "a", False)],
)
def test_seconds_between_two_times_are_a_difference_and_no_other_part_is(
    part: str, times: str, in_microseconds: bool, engine: str
) -> None:
    text = said(engine, f"select extract({part} from {times}) as x from t")

    assert ("microsecond" in text) == in_microseconds
    assert ("extract(" in text or "date_part(" in text) != in_microseconds
