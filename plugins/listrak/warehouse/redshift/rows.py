"""The statements that bring rows into Redshift, and Redshift's rows as Arrow. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import sqlglot
from sqlglot import exp

from listrak.warehouse.redshift.rewrites import text_type
from listrak.warehouse.statements import statement

ENGINE = "redshift"
COLUMN_TYPES = {
    pa.int16(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.bool_(): "boolean",
    pa.float64(): "double precision",
    pa.timestamp("us"): "timestamp",
}
# By PostgreSQL's numbers of types, which are Redshift's.
ARROW_TYPES: Mapping[int, pa.DataType] = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    25: pa.string(),
    701: pa.float64(),
    1043: pa.string(),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
}


def create_rows(name: str, schema: pa.Schema) -> str:
    """Return the statement that makes a table `name` of this session for rows of `schema`."""
    columns = [
        exp.ColumnDef(
            this=exp.to_identifier(field.name, quoted=True),
            kind=_column_type(field),
        )
        for field in schema
    ]
    table = exp.Schema(this=exp.to_table(name), expressions=columns)
    temporary = exp.Properties(expressions=[exp.TemporaryProperty()])
    return exp.Create(this=table, kind="TABLE", properties=temporary).sql(ENGINE)


def _column_type(field: pa.Field[Any]) -> exp.DataType:
    if field.type == pa.string():
        return text_type(field.name)
    return exp.DataType.build(COLUMN_TYPES[field.type], dialect=ENGINE)


def copy_rows(name: str, uri: str, iam_role: str) -> str:
    """Return the statement that reads the Parquet file at `uri` into the table `name`."""
    copy = sqlglot.parse_one(statement(f"{ENGINE}/copy_rows"), read=ENGINE)
    copy.set("files", [exp.Literal.string(uri)])
    copy.set("credentials", exp.Credentials(iam_role=exp.Literal.string(iam_role)))
    return copy.transform(_named, name).sql(ENGINE, comments=False)


def limit_waiting(seconds: float) -> str:
    """Return the statement that lets no statement of the transaction take longer.

    No question, such as of `set_config`: one may fix what the transaction sees.
    """
    limit = sqlglot.parse_one(statement(f"{ENGINE}/limit_waiting"), read=ENGINE)
    milliseconds = exp.Literal.number(max(1, round(seconds * 1000)))
    said = limit.transform(lambda node: milliseconds if isinstance(node, exp.Literal) else node)
    return said.sql(ENGINE, comments=False)


def drop_rows(name: str) -> str:
    """Return the statement that drops the table `name` of this session."""
    drop = sqlglot.parse_one(statement(f"{ENGINE}/drop_rows"), read=ENGINE)
    return drop.transform(_named, name).sql(ENGINE, comments=False)


def _named(node: exp.Expression, name: str) -> exp.Expression:
    return exp.to_table(name) if isinstance(node, exp.Table) else node


def append_rows(name: str, table: str, columns: Sequence[str]) -> str:
    """Return the statement that appends the rows of `name` to `table`, by column name."""
    quoted = [exp.to_identifier(column, quoted=True) for column in columns]
    rows = exp.select(*[exp.column(each) for each in quoted]).from_(name)
    return exp.insert(rows, table, columns=quoted).sql(ENGINE)


def arrow_rows(
    description: Sequence[tuple[str, int]] | None, rows: Sequence[Sequence[object]]
) -> pa.Table:
    """Return rows as Arrow. `description`: each column's name and the number of its type."""
    named = description or []
    columns = [
        _column([row[place] for row in rows], ARROW_TYPES.get(type_number))
        for place, (_, type_number) in enumerate(named)
    ]
    # A cluster may be set up to give names in upper case; they are kept in lower case.
    return pa.Table.from_arrays(columns, names=[name.lower() for name, _ in named])


def _column(values: Sequence[object], kind: pa.DataType | None) -> pa.Array[Any]:
    """Return values as Arrow; as text where Arrow knows no type of what a person asked for."""
    try:
        return pa.array(values, kind)
    except pa.ArrowException:
        return pa.array([None if each is None else str(each) for each in values], pa.string())
