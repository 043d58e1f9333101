from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import pytest

from listrak.errors import WarehouseRefusedError, WarehouseUnavailableError
from listrak.warehouse.duckdb.errors import warehouse_error
from listrak.warehouse.duckdb.file import DuckDBFile


def hold(path: Path, held: Event, release: Event) -> None:
    """Keep the file open as another program would."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{path}' as w")
        held.set()
        release.wait(30)


def test_file_open_in_another_process_is_waited_for_and_named(duckdb_file: DuckDBFile) -> None:
    with duckdb_file.transaction():
        pass
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    holder = context.Process(target=hold, args=(duckdb_file.path, held, release))
    holder.start()
    held.wait(30)

    with (
        pytest.raises(WarehouseUnavailableError, match=f"process {holder.pid}"),
        duckdb_file.transaction(),
    ):
        pytest.fail("the file was locked")

    release.set()
    holder.join()
    with duckdb_file.transaction():
        pass


@pytest.mark.parametrize(
    ("content", "words"), [(b"not a database" * 500, "not a valid DuckDB"), (None, "directory")]
)
def test_unusable_path_is_one_clear_message(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "there"
    path.write_bytes(content) if content else path.mkdir()

    with (
        pytest.raises(WarehouseRefusedError, match=words) as caught,
        DuckDBFile("wh", path).transaction(),
    ):
        pytest.fail("the path is no database")

    assert "`wh`" in str(caught.value)


def test_full_disk_is_told_apart() -> None:
    error = warehouse_error(
        duckdb.IOException("IO Error: Could not write: No space left on device"), "wh", Path("/w")
    )

    assert isinstance(error, WarehouseUnavailableError)
    assert "no room left" in str(error)
