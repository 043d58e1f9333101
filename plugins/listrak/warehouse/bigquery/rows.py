"""The statements that bring rows into BigQuery, inside a transaction. Pure.

A load job is no part of a transaction. So rows come as a parameter, many at a time, as JSON, of
which a statement takes them apart. A request holds 10 MB with its parameters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pyarrow as pa
import sqlglot
from sqlglot import exp

from listrak.warehouse.statements import statement

ENGINE = "bigquery"
ROWS = "rows"  # the parameter
LARGEST = 8_000_000  # bytes of rows in a request; about 60,000 contacts
COLUMN_TYPES = {
    pa.string(): "string",
    pa.int32(): "int64",
    pa.int64(): "int64",
    pa.bool_(): "bool",
    pa.float64(): "float64",
    pa.timestamp("us"): "datetime",
}


def pieces(rows: pa.Table) -> Iterator[str]:
    """Return the rows as JSON arrays of arrays, each at most LARGEST long, if a row is not longer.

    The length is that in the request, which is JSON again and ASCII. No rows are one empty piece.
    """
    lines: list[str] = []
    length = 0
    for line in _lines(rows):
        longer = len(json.dumps(line))
        if lines and length + longer > LARGEST:
            yield f"[{','.join(lines)}]"
            lines, length = [], 0
        lines.append(line)
        length += longer
    yield f"[{','.join(lines)}]"


def create_rows(name: str, schema: pa.Schema) -> str:
    """Return the statement that makes a temporary table `name` of the rows in @rows."""
    temporary = exp.Properties(expressions=[exp.TemporaryProperty()])
    table = exp.to_table(name)
    return exp.Create(this=table, kind="TABLE", properties=temporary, expression=_rows(schema)).sql(
        ENGINE
    )


def append_rows(table: str, schema: pa.Schema) -> str:
    """Return the statement that appends the rows in @rows to `table`, by column name."""
    return exp.insert(_rows(schema), table, columns=schema.names).sql(ENGINE)


def drop_rows(name: str) -> str:
    """Return the statement that drops the temporary table `name`."""
    drop = sqlglot.parse_one(statement(f"{ENGINE}/drop_rows"), read=ENGINE)
    return drop.transform(
        lambda node: exp.to_table(name) if isinstance(node, exp.Table) else node
    ).sql(ENGINE, comments=False)


def _lines(rows: pa.Table) -> Iterator[str]:
    """Return each row as JSON, of texts alone: a number in JSON may lose digits on its way.

    Not in ASCII: of a character beyond 16 bits JSON_VALUE would make two that are none.
    """
    for batch in rows.to_batches(max_chunksize=10_000):
        texts = [column.cast(pa.string()).to_pylist() for column in batch.columns]
        for row in zip(*texts, strict=True):
            yield json.dumps(row, ensure_ascii=False)


def _rows(schema: pa.Schema) -> exp.Select:
    columns = [
        exp.cast(_value(place), COLUMN_TYPES[field.type], dialect=ENGINE).as_(field.name)
        for place, field in enumerate(schema)
    ]
    lines = exp.Anonymous(this="JSON_QUERY_ARRAY", expressions=[exp.var(f"@{ROWS}")])
    unnested = exp.Unnest(
        expressions=[lines], alias=exp.TableAlias(columns=[exp.to_identifier("line")])
    )
    return exp.select(*columns).from_(unnested)


def _value(place: int) -> exp.Expression:
    path = exp.Literal.string(f"$[{place}]")
    return exp.Anonymous(this="JSON_VALUE", expressions=[exp.column("line"), path])
