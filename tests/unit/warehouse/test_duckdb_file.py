from __future__ import annotations

import multiprocessing
from datetime import datetime
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from listrak.errors import WarehouseRefusedError, WarehouseUnavailableError
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.duckdb_errors import warehouse_error
from listrak.warehouse.duckdb_file import DuckDBFile
from tests.unit.conftest import Query

RUN = pa.table(
    {
        "run_id": ["r1"],
        "source": ["a"],
        "started_at": pa.array([datetime(2026, 1, 1)], pa.timestamp("us")),
    }
)


def hold(path: Path, held: Event, release: Event) -> None:
    """Keep the file open as another program would."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{path}' as w")
        held.set()
        release.wait(30)


def test_rows_are_matched_by_column_name(warehouse: DuckDBFile, query: Query) -> None:
    with warehouse.transaction() as transaction:
        transaction.insert("runs", RUN)

    assert query("select source, run_id, finished_at from runs") == [("a", "r1", None)]


def test_any_exception_leaves_nothing_behind(warehouse: DuckDBFile, query: Query) -> None:
    with warehouse.transaction():
        pass

    with pytest.raises(KeyError, match="no such"), warehouse.transaction() as transaction:  # noqa: PT012 (both belong to one transaction)
        transaction.insert("runs", RUN)
        RUN.field("no such column")

    assert query("select count(*) from runs") == [(0,)]


def test_statement_tells_how_many_rows_it_changed(warehouse: DuckDBFile) -> None:
    with warehouse.transaction() as transaction:
        transaction.insert("runs", RUN)

        assert transaction.execute("report/forget_run", source="a", run_id="r1") == 1
        assert transaction.execute("report/forget_run", source="a", run_id="r1") == 0


def test_lent_rows_can_be_read_by_statements(warehouse: DuckDBFile, query: Query) -> None:
    changes = pa.table(
        {
            "email": ["a@example.com"],
            "user_id": pa.nulls(1, pa.string()),
            "change": ["add"],
            "occurred_at": RUN["started_at"].combine_chunks(),
        }
    )
    at = datetime(2026, 1, 1)

    with warehouse.transaction() as transaction:
        transaction.lend("changes", changes)
        transaction.execute(
            "diff/add_changes",
            **SnapshotKey("s", 1, at).parameters,
            trait="T",
            status="pending",
            decided_at=at,
        )

    assert query("select email, trait, status from trait_changes") == [
        ("a@example.com", "T", "pending")
    ]


def test_refused_statement_quotes_no_row(warehouse: DuckDBFile) -> None:
    twice = pa.concat_tables([RUN, RUN]).set_column(0, "run_id", pa.array(["x@y.example"] * 2))

    with (
        pytest.raises(WarehouseRefusedError, match="ConstraintException") as caught,
        warehouse.transaction() as transaction,
    ):
        transaction.insert("runs", twice)

    assert "@" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_file_open_in_another_process_is_waited_for_and_named(warehouse: DuckDBFile) -> None:
    with warehouse.transaction():
        pass
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    holder = context.Process(target=hold, args=(warehouse.path, held, release))
    holder.start()
    held.wait(30)

    with (
        pytest.raises(WarehouseUnavailableError, match=f"process {holder.pid}"),
        warehouse.transaction(),
    ):
        pytest.fail("the file was locked")

    release.set()
    holder.join()
    with warehouse.transaction():
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


def test_tables_of_a_newer_program_are_left_alone(warehouse: DuckDBFile) -> None:
    with warehouse.transaction() as transaction:
        transaction.execute("warehouse/set_schema_version", version=99)
        transaction.connection.execute("delete from listrak.schema_version where version < 99")

    with (
        pytest.raises(WarehouseRefusedError, match="version 99"),
        warehouse.transaction(),
    ):
        pytest.fail("the tables are newer")


def test_full_disk_is_told_apart() -> None:
    error = warehouse_error(
        duckdb.IOException("IO Error: Could not write: No space left on device"), "wh", Path("/w")
    )

    assert isinstance(error, WarehouseUnavailableError)
    assert "no room left" in str(error)
