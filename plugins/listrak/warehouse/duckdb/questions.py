"""What a person may ask of a DuckDB file that is opened read-only: it may still be written over.

`copy … to` a path that is open already is allowed whatever else is forbidden, and an `explain
analyze` of it is carried out.
"""

from __future__ import annotations

import re

import duckdb
from duckdb import StatementType

from listrak.errors import QuestionError

READ_ONLY = (
    "This is read-only: it answers one statement that begins with select, with, from, show, "
    "describe or explain. Nothing was changed."
)
EXPLAINING = re.compile(r"(explain|analyze|analyse)\b", re.IGNORECASE)


def check_question(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Refuse all but one select or the plan of one. Raises QuestionError, and DuckDB's errors."""
    kinds = [each.type for each in connection.extract_statements(text)]
    if kinds == [StatementType.EXPLAIN]:
        kinds = [each.type for each in connection.extract_statements(_explained(text))]
    # Among several, one could attach the file anew to write it.
    if kinds not in ([], [StatementType.SELECT]):
        raise QuestionError(READ_ONLY)


def _explained(text: str) -> str:
    """Return what stands behind `explain`, `analyze` and options in parentheses."""
    written = text.encode()  # DuckDB counts bytes
    words = [
        written[begin:].decode()
        for begin, kind in duckdb.tokenize(text)
        if kind != duckdb.token_type.comment
    ]
    depth = 0
    for word in words:
        depth += word.startswith("(") - word.startswith(")")
        if not depth and not word.startswith(")") and not EXPLAINING.match(word):
            return word
    raise QuestionError(READ_ONLY)
