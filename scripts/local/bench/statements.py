"""The benchmarks' own SQL: one statement a file beside this one, in DuckDB's dialect."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlglot
from sqlglot import exp

SQL_FOLDER = Path(__file__).parent / "sql"

Value = str | int | bool | datetime


def bench_statement(engine: str, name: str, **values: Value) -> str:
    """Return `sql/<name>.sql` for `engine`, sqlglot's name of it, its `$names` replaced."""
    text = (SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    tree = sqlglot.parse_one(text, read="duckdb")
    literals = {each: _literal(value) for each, value in values.items()}
    return exp.replace_placeholders(tree, **literals).sql(engine, comments=False)


def _literal(value: Value) -> exp.Expr:
    if isinstance(value, datetime):
        return exp.cast(exp.Literal.string(str(value)), exp.DType.TIMESTAMP)
    return exp.convert(value)
