"""Rows on their way into Snowflake: a Parquet file in the stage, which a table then takes. Pure.

Snowflake's own bulk way: `put` and `copy into` are no DDL, so that they leave a transaction open.
The client's other ways, ADBC's included, first create a stage, which commits it. Nor does any other
statement here make anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from string import Template
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from listrak.warehouse.statements import statement

# In this order: the first that fits a column's Arrow type.
CASTS: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "number(38, 0)"),
    (pa.types.is_floating, "double"),
    (pa.types.is_timestamp, "timestamp_ntz"),
    (lambda _: True, "varchar"),
)


def parquet(rows: pa.Table) -> BytesIO:
    """Return the rows as a file: they never touch a disk here."""
    file = BytesIO()
    pq.write_table(rows, file)
    file.seek(0)
    return file


def put_file(folder: str) -> str:
    """Return the statement that puts a file into the stage's folder."""
    return _filled("put_file", folder=folder)


def copy_rows(target: str, rows: pa.Schema, folder: str) -> str:
    """Return the statement that copies the folder's file into `target`, by column name."""
    return _filled(
        "copy_rows",
        target=target,
        columns=", ".join(rows.names),
        fields=", ".join(f"$1:{each.name}::{_cast(each.type)}" for each in rows),
        folder=folder,
    )


def remove_file(folder: str) -> str:
    """Return the statement that takes the folder's file away."""
    return _filled("remove_file", folder=folder)


def remove_files() -> str:
    """Return the statement that takes every file away."""
    return _filled("remove_files")


def empty(target: str) -> str:
    """Return the statement that deletes every row of a room."""
    return _filled("empty", target=target)


def mark_turn(taken_by: str) -> str:
    """Return the statement that marks a transaction."""
    return _filled("mark_turn", taken_by=taken_by)


def end_turn(taken_by: str) -> str:
    """Return the statement that takes the mark away, and tells by its rows whether it was there."""
    return _filled("end_turn", taken_by=taken_by)


def plain(rows: pa.Table) -> pa.Table:
    """Return an answer with names and types as the other engines have them.

    Snowflake has one type of whole numbers, and sends each batch in the narrowest that holds it.
    """
    fields = [pa.field(each.name.lower(), _plain(each.type)) for each in rows.schema]
    return rows.rename_columns([each.name for each in fields]).cast(pa.schema(fields))


def with_text(names: Sequence[str], rows: Iterable[Iterable[Any]]) -> pa.Table:
    """Return rows of any values, each as it is written, or null."""
    texts = [[None if value is None else str(value) for value in row] for row in rows]
    columns = list(zip(*texts, strict=True)) or [()] * len(names)
    return pa.table(
        [pa.array(column, pa.string()) for column in columns], [name.lower() for name in names]
    )


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):
        return pa.int64()
    return pa.timestamp("us") if pa.types.is_timestamp(kind) and kind.tz is None else kind


def _cast(kind: pa.DataType) -> str:
    return next(name for fits, name in CASTS if fits(kind))


def _filled(name: str, **names: str) -> str:
    # Names of our own, which cannot be bound.
    return Template(statement(f"snowflake/{name}")).substitute(names)
