from __future__ import annotations

import re

import duckdb
import pytest

from listrak.warehouse.statements import SQL_FOLDER, statement

STATEMENTS = sorted(str(path.relative_to(SQL_FOLDER))[:-4] for path in SQL_FOLDER.rglob("*.sql"))


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_says_purpose_and_grain_and_is_alone(name: str) -> None:
    text = statement(name)

    assert text.startswith("-- Purpose: ")
    assert re.search(r"^-- Grain: ", text, re.MULTILINE)
    assert len(duckdb.extract_statements(text)) == 1
