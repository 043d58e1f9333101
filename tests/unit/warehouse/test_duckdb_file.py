from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import pytest

from listrak.errors import QuestionError, WarehouseRefusedError, WarehouseUnavailableError
from listrak.warehouse.duckdb.errors import warehouse_error
from listrak.warehouse.duckdb.file import DuckDBFile
from tests.unit.warehouse.test_warehouse import RUN


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


@pytest.mark.parametrize(
    "text",
    [
        "copy (select 1 as x) to '{path}'",
        "copy (select 1 as x) to '{path}' (format parquet)",
        "export database '{path}.exported'",
        "use memory; detach warehouse; attach '{path}' as w; delete from w.listrak.runs; select 1",
    ],
)
def test_question_reaches_no_file_and_changes_none(text: str, duckdb_file: DuckDBFile) -> None:
    with duckdb_file.transaction() as transaction:
        transaction.insert("runs", RUN)

    with pytest.raises(QuestionError):
        duckdb_file.ask(text.format(path=duckdb_file.path))

    assert duckdb_file.ask("select run_id from runs").to_pylist() == [{"run_id": "r1"}]
    assert not Path(f"{duckdb_file.path}.exported").exists()


@pytest.mark.parametrize(
    "explained",
    [
        "explain analyze {}",
        "/* explain */ ( explain (analyze) {}",
        "EXPLAIN (ANALYZE, FORMAT json) {};",
        "explain (analyze) /* ) */ {}",
        "explain analyze explain analyze {}",
        "explain analyze with x as (select 1) {}",
        "explain {}",
        "explain execute p",
        "explain",
    ],
)
@pytest.mark.parametrize(
    "written",
    [
        "copy (select 1) to '{path}' (use_tmp_file false)",
        "copy (select 1) to '{path}.wal'",
        "create table warehouse.listrak.another (a integer)",
        "attach '{path}' as again",
    ],
)
def test_plan_of_what_is_no_query_is_not_made(
    explained: str, written: str, duckdb_file: DuckDBFile
) -> None:
    with duckdb_file.transaction() as transaction:
        transaction.insert("runs", RUN)

    with pytest.raises(QuestionError):
        duckdb_file.ask(explained.format(written.format(path=duckdb_file.path)))

    assert duckdb_file.ask("select run_id from runs").to_pylist() == [{"run_id": "r1"}]
    assert [each.name for each in duckdb_file.path.parent.iterdir()] == [duckdb_file.path.name]


@pytest.mark.parametrize(
    "text",
    [
        "explain select 1 as explain",
        "explain analyze select * from runs where run_id = '('",
        "explain (analyze, format json) with x as (select 1) select * from x",
        "explain from runs",
    ],
)
def test_plan_of_a_query_is_shown(text: str, duckdb_file: DuckDBFile) -> None:
    with duckdb_file.transaction():
        pass

    assert duckdb_file.ask(text).num_rows > 0


def test_file_may_be_called_anything(tmp_path: Path) -> None:
    door = DuckDBFile("wh", tmp_path / "o'neil's $path; --.duckdb")

    with door.transaction() as transaction:
        transaction.insert("runs", RUN)

    assert door.ask("select run_id from runs").num_rows == 1
    assert [each.name for each in tmp_path.iterdir()] == [door.path.name]
