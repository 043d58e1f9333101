from __future__ import annotations

import re

import pytest
import sqlglot
from sqlglot import exp

from listrak.warehouse.dialect import DIALECTS, written_for
from listrak.warehouse.statements import SQL_FOLDER, statement, table_names

ALL_STATEMENTS = sorted(
    str(path.relative_to(SQL_FOLDER).with_suffix("")) for path in SQL_FOLDER.rglob("*.sql")
)


UNKNOWN_TO_SQLGLOT = ("redshift/begin_reading",)


@pytest.mark.parametrize("name", ALL_STATEMENTS)
def test_statement_says_purpose_and_grain_and_is_alone(name: str) -> None:
    text = statement(name)

    assert text.startswith("-- Purpose: ")
    assert re.search(r"^-- Grain: ", text, re.MULTILINE)
    if not name.startswith(UNKNOWN_TO_SQLGLOT):
        assert len(sqlglot.parse(text, read=dialect_of(name))) == 1


OWN_TABLES = [
    (engine, name.rpartition("/")[2])
    for engine in DIALECTS
    for name in table_names(engine)
    if name.startswith(f"{engine}/") and f"tables/{name.rpartition('/')[2]}" in ALL_STATEMENTS
]


@pytest.mark.parametrize(("engine", "stem"), OWN_TABLES)
def test_table_that_an_engine_lays_out_has_the_columns_it_has_elsewhere(
    engine: str, stem: str
) -> None:
    own, common = (
        sqlglot.parse_one(written_for(engine, f"{folder}tables/{stem}").text, read=engine)
        for folder in (f"{engine}/", "")
    )

    assert columns(own) == columns(common) != []


def columns(create: exp.Expr) -> list[tuple[str, str, bool]]:
    """Return each column's name, its type, and whether it takes no null."""
    return [
        (each.name, str(each.kind), each.find(exp.NotNullColumnConstraint) is not None)
        for each in create.find_all(exp.ColumnDef)
    ]


def dialect_of(name: str) -> str:
    folder = name.split("/", maxsplit=1)[0]
    return folder if folder in DIALECTS else "duckdb"
