"""scripts/sql on a real DuckDB file."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from local.commands import sql as command
from local.sql import SqlError, saved_queries, show_answer

WRITER = """
import sys, duckdb
warehouse = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "listrak.duckdb"  # the schema's name too: DuckDB must not mix them up
    with duckdb.connect(str(path)) as session:
        session.execute("create schema listrak.listrak")
        session.execute(
            "create table listrak.listrak.snapshots as select range as list_id from range(500)"
        )
    return path


@pytest.fixture
def writer(warehouse: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdin
        process.stdout.readline()
        yield process
        process.stdin.close()


@pytest.mark.parametrize("table", ["snapshots", "listrak.snapshots"])
def test_tables_are_found_with_and_without_their_schema(
    warehouse: Path, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_answer(warehouse, f"select count(*) as n from {table}", print, screen=True)

    assert "500" in capsys.readouterr().out


def test_nothing_is_left_out_of_what_goes_to_a_file(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    statement = "select list_id, repeat('x', 300) as wide from snapshots"

    show_answer(warehouse, statement, print, screen=False)

    out = capsys.readouterr().out
    assert out.count("x" * 300) == 500
    assert "…" not in out


def test_warehouse_is_not_written(warehouse: Path) -> None:
    with pytest.raises(SqlError, match="read-only"):
        show_answer(warehouse, "drop table snapshots", print, screen=False)


def test_mistake_in_a_statement_is_one_line(warehouse: Path) -> None:
    with pytest.raises(SqlError, match=r"^Catalog Error: .*nowhere[^\n]*$"):
        show_answer(warehouse, "select 1 from nowhere", print, screen=False)


def test_missing_file_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SqlError, match=r"does not exist yet: run scripts/run first\.$"):
        show_answer(tmp_path / "none.duckdb", "select 1", print, screen=False)


@pytest.mark.usefixtures("writer")
def test_locked_file_is_waited_for_with_a_bound(warehouse: Path) -> None:
    said: list[str] = []

    with pytest.raises(SqlError, match="was open in another program for 1 s: close"):
        show_answer(warehouse, "select 1", said.append, screen=False, patience=1)

    assert said == ["Waiting: another program has listrak.duckdb open …"]


def test_file_is_read_as_soon_as_its_writer_is_done(
    warehouse: Path, writer: subprocess.Popen[str], capsys: pytest.CaptureFixture[str]
) -> None:
    def writer_ends(_line: str) -> None:
        assert writer.stdin
        writer.stdin.close()

    show_answer(warehouse, "select 42 as answer", writer_ends, screen=False)

    assert "42" in capsys.readouterr().out


def test_saved_queries_are_listed_by_purpose(tmp_path: Path) -> None:
    (tmp_path / "churn.sql").write_text("-- Purpose: who went.\nselect 1\n", encoding="utf-8")

    assert saved_queries(tmp_path) == {"churn": "who went."}


def test_command_answers_on_the_warehouse_of_its_connection(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "AIRFLOW_CONN_SMALL", f"duckdb://{warehouse}")

    status = command.main(["--connection", "small", "select max(list_id) as most from snapshots"])

    assert status == 0
    assert "499" in capsys.readouterr().out


def test_command_names_the_saved_queries_when_asked_for_an_unknown_one(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "AIRFLOW_CONN_SMALL", f"duckdb://{warehouse}")

    status = command.main(["--connection", "small", "nonsense"])

    assert status == 1
    assert "no saved query 'nonsense'; there are " in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "  ;\n"])
def test_empty_statement_is_called_empty(
    text: str, warehouse: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "AIRFLOW_CONN_SMALL", f"duckdb://{warehouse}")

    status = command.main(["--connection", "small", text])

    assert status == 1
    assert capsys.readouterr().err == "scripts/sql: The statement is empty.\n"


@pytest.fixture
def typed(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Give the prompt its input, which is no terminal; return its exit status."""

    def answer(text: str) -> int:
        monkeypatch.setitem(os.environ, "AIRFLOW_CONN_SMALL", f"duckdb://{warehouse}")
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        return command.main(["--connection", "small"])

    return answer


def test_prompt_runs_what_is_left_at_the_end_of_its_input(
    typed: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    status = typed("select 41 + 1;\nselect\n50 + 3")

    out = capsys.readouterr().out
    assert status == 0
    assert "42" in out
    assert "53" in out


def test_prompt_says_on_standard_error_which_file_it_reads(
    typed: Callable[[str], int], warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("")

    assert capsys.readouterr() == ("", f"Reading {warehouse}\n")


def test_prompt_fails_when_any_statement_failed(
    typed: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    status = typed("select 1 from nowhere;\nselect 42 as answer;\n")

    assert status == 1
    assert "answer" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["runs", "runs;"])
def test_prompt_takes_a_saved_querys_name(
    line: str, typed: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    status = typed(f"{line}\nselect 42 as answer;\n")

    captured = capsys.readouterr()
    assert status == 1
    assert "run_summary" in captured.err  # the saved query ran: this warehouse lacks its view
    assert "answer" in captured.out
