from __future__ import annotations

import re

import pytest
import sqlglot

from listrak.warehouse.dialect import DIALECTS
from listrak.warehouse.statements import SQL_FOLDER, statement

ALL_STATEMENTS = sorted(
    str(path.relative_to(SQL_FOLDER).with_suffix("")) for path in SQL_FOLDER.rglob("*.sql")
)


UNKNOWN_TO_SQLGLOT = ("redshift/begin_reading",)


@pytest.mark.parametrize("name", ALL_STATEMENTS)
def test_statement_says_purpose_and_grain_and_is_alone(name: str) -> None:
    text = statement(name)

    assert text.startswith("-- Purpose: ")
    assert re.search(r"^-- Grain: ", text, re.MULTILINE)
    if name not in UNKNOWN_TO_SQLGLOT:
        assert len(sqlglot.parse(text, read=dialect_of(name))) == 1


def dialect_of(name: str) -> str:
    folder = name.split("/", maxsplit=1)[0]
    return folder if folder in DIALECTS else "duckdb"
