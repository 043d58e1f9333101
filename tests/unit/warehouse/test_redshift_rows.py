"""The statements that bring rows into Redshift, and Redshift's rows as Arrow."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa

from listrak.extract.rows import LONGEST
from listrak.warehouse.redshift.rewrites import LENGTHS
from listrak.warehouse.redshift.rows import arrow_rows, copy_rows, create_rows


def test_copy_reads_the_file_as_the_role() -> None:
    assert copy_rows("changes", "s3://b/1.parquet", "arn:aws:iam::1:role/r") == (
        "COPY changes FROM 's3://b/1.parquet' IAM_ROLE 'arn:aws:iam::1:role/r' format parquet"
    )


def test_rows_get_a_table_of_the_session_with_room_for_long_text() -> None:
    fields: list[tuple[str, pa.DataType]] = [
        ("email", pa.string()),
        ("traits", pa.string()),
        ("seen", pa.timestamp("us")),
        ("n", pa.int64()),
    ]
    schema = pa.schema(fields)

    assert create_rows("changes", schema) == (
        'CREATE TEMPORARY TABLE changes ("email" VARCHAR(2048), "traits" VARCHAR(65535), '
        '"seen" TIMESTAMP, "n" BIGINT)'
    )


def test_longest_address_that_is_taken_fits_whatever_lower_case_makes_of_it() -> None:
    letters = [chr(each) for each in range(sys.maxunicode + 1) if not 0xD800 <= each < 0xE000]
    most = max(len(each.lower().encode()) / len(each.encode()) for each in letters)

    assert most * LONGEST <= LENGTHS["email"] == LENGTHS["anonymous_id"]


def test_answers_of_no_known_type_are_text_and_names_in_lower_case() -> None:
    answer = arrow_rows([("A", 9999), ("B", 20)], [(Path("shown"), 1), (None, None)])

    assert answer.to_pylist() == [{"a": "shown", "b": 1}, {"a": None, "b": None}]
