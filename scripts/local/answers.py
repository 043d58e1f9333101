"""An answer from a warehouse: as a table to read, or whole in a file."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from local.saved_queries import SqlError

ALL = 2**31 - 1
SCREEN_ROWS = 200
STANDARD_OUTPUT = "-"
WRITERS: dict[str, Callable[[duckdb.DuckDBPyRelation, str], None]] = {
    ".csv": lambda answer, file: answer.write_csv(file),
    ".parquet": lambda answer, file: answer.write_parquet(file),
}


def show(answer: pa.Table, *, screen: bool) -> None:
    """Print an answer as an aligned table.

    On a screen the longest are cut to their first and last rows; elsewhere nothing is.
    """
    if answer.num_columns:
        with _relation(answer) as relation:
            # DuckDB's own box, which also escapes control characters in values.
            relation.show(max_rows=SCREEN_ROWS if screen else ALL, max_width=ALL)


def check_output(output: str, *, force: bool) -> None:
    """Raise SqlError where an answer cannot be written: before anything is asked."""
    if output == STANDARD_OUTPUT:
        return
    file = Path(output)
    if file.suffix.lower() not in WRITERS:
        raise SqlError(f"{output}: expected a name that ends in {' or '.join(WRITERS)}, or -.")
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise SqlError(f"{output}: there is no such directory to write a file in.")
    if file.exists() and not force:
        raise SqlError(f"{output} exists already; --force writes over it.")


def write(answer: pa.Table, output: str) -> None:
    """Write a whole answer to a file, or as CSV to standard output (`-`).

    The file is there when it is complete. Raises SqlError.
    """
    if not answer.num_columns:
        raise SqlError("The statement has no rows to write.")
    try:
        if output == STANDARD_OUTPUT:
            _print_csv(answer)
        else:
            _write_file(answer, Path(output))
    except (duckdb.Error, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise SqlError(f"{output} cannot be written: {' '.join(str(error).split())}") from None


def _write_file(answer: pa.Table, file: Path) -> None:
    part = file.with_name(f".{file.name}.part")
    try:
        with _relation(answer) as relation:
            WRITERS[file.suffix.lower()](relation, str(part))
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _print_csv(answer: pa.Table) -> None:
    with tempfile.TemporaryDirectory() as directory:
        _write_file(answer, file := Path(directory) / "answer.csv")
        with file.open(encoding="utf-8", newline="") as text:
            shutil.copyfileobj(text, sys.stdout)


@contextlib.contextmanager
def _relation(answer: pa.Table) -> Iterator[duckdb.DuckDBPyRelation]:
    with duckdb.connect(":memory:") as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection.from_arrow(answer)
