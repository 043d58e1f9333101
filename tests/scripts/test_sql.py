"""scripts/sql on real warehouses, a DuckDB file and a PostgreSQL database."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.commands import sql as command
from tests.scripts.asking import ROWS, run, started
from tests.unit.postgres_cluster import PostgresCluster

WRITER = """
import sys, duckdb
warehouse = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""
Captured = pytest.CaptureFixture[str]


def holding(file: Path) -> subprocess.Popen[str]:
    """Start another program that has the file open until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    process.stdout.readline()
    return process


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("table", ["snapshots", "listrak.snapshots"])
def test_tables_are_found_with_and_without_their_schema(table: str, capsys: Captured) -> None:
    status = run(f"select count(*) as n from {table}")

    assert status == 0
    assert str(ROWS) in capsys.readouterr().out


@pytest.mark.usefixtures("small")
def test_nothing_is_left_out_of_what_goes_to_a_file(capsys: Captured) -> None:
    assert run("select list_id, repeat('x', 300) as wide from snapshots") == 0

    out = capsys.readouterr().out
    assert out.count("x" * 300) == ROWS
    assert "…" not in out


@pytest.mark.usefixtures("small")
def test_long_answer_is_cut_on_a_screen(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    assert run("select list_id from snapshots order by 1") == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < ROWS
    assert "499" in "\n".join(lines[-8:])


@pytest.mark.usefixtures("small")
def test_answer_without_rows_has_its_columns(capsys: Captured) -> None:
    nobody = "select list_id as nobody from snapshots where list_id < 0"

    assert run(nobody) == 0
    shown = capsys.readouterr().out
    assert run(nobody, "--output", "-") == 0

    assert "nobody" in shown
    assert "0 rows" in shown
    assert capsys.readouterr().out == "nobody\n"


@pytest.mark.usefixtures("small")
def test_columns_stand_in_line_and_control_characters_are_escaped(capsys: Captured) -> None:
    statement = (
        "select * from (values (1, 'a' || chr(10) || 'b' || chr(27) || '[31m', null, "
        "timestamp '2026-01-02 03:04:05'), (22222, 'é', 'x', null)) "
        "as t (number, text, missing, moment) order by 1"
    )

    assert run(statement) == 0

    out = capsys.readouterr().out
    assert len({len(line) for line in out.splitlines() if line}) == 1
    assert r"a\nb\e[31m" in out
    assert "NULL" in out
    assert "2026-01-02 03:04:05" in out


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "statement",
    [
        "drop table snapshots",
        "create table listrak.another (a integer)",
        "insert into snapshots values (1)",
        "update snapshots set list_id = 1",
        "delete from snapshots",
    ],
)
def test_warehouse_is_not_written(statement: str, capsys: Captured) -> None:
    status = run(statement)

    assert status == 1
    assert "read-only" in capsys.readouterr().err
    assert run("select count(*) as n, max(list_id) as most from snapshots") == 0
    assert "500" in capsys.readouterr().out


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "statement",
    [
        "set transaction read write; drop table snapshots",
        "commit; drop table snapshots",
        "do $$begin execute 'set transaction read write'; execute 'drop table snapshots'; end$$",
        "with gone as (delete from snapshots returning 1) select count(*) from gone",
    ],
)
def test_database_is_not_written_by_a_trick(
    statement: str, cluster: PostgresCluster, capsys: Captured
) -> None:
    assert run(statement) == 1
    assert capsys.readouterr().out == ""
    assert cluster.run("select count(*) from listrak.snapshots") == [(ROWS,)]


@pytest.mark.usefixtures("small")
def test_mistake_in_a_statement_is_one_line(capsys: Captured) -> None:
    assert run("select 1 from nowhere") == 1

    err = capsys.readouterr().err
    assert err.startswith("scripts/sql: ")
    assert "nowhere" in err
    assert err.count("\n") == 1


@pytest.mark.usefixtures("small")
def test_plan_of_a_query_can_be_looked_at(capsys: Captured) -> None:
    assert run("explain select * from snapshots where list_id = 1") == 0

    assert "snapshots" in capsys.readouterr().out


def test_missing_file_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    fields = {"conn_type": "duckdb", "host": str(tmp_path / "none.duckdb")}
    monkeypatch.setenv("AIRFLOW_CONN_SMALL", json.dumps(fields))

    assert run("select 1") == 1
    assert "does not exist yet: no run has written it. Start scripts/run" in capsys.readouterr().err


def test_locked_file_is_waited_for_with_a_bound(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"conn_type": "duckdb", "host": str(file), "extra": {"lock_timeout": 1}}
    monkeypatch.setenv("AIRFLOW_CONN_SMALL", json.dumps(fields))

    with holding(file) as writer:
        with started("select 1 as answer") as waiting:
            _, err = waiting.communicate(timeout=60)
        assert writer.stdin
        writer.stdin.close()

    assert waiting.returncode == 1
    first, last = err.splitlines()
    assert first.startswith(f"Waiting for the warehouse {file}: another process has it open")
    assert "was still open in another process after 1 s" in last
    assert "Close that program" in last


def test_file_is_read_as_soon_as_its_writer_is_done(file: Path) -> None:
    with holding(file) as writer, started("select 42 as answer") as waiting:
        assert waiting.stderr
        assert writer.stdin
        assert waiting.stderr.readline().startswith("Waiting")
        writer.stdin.close()
        out, _ = waiting.communicate(timeout=60)

    assert waiting.returncode == 0
    assert "42" in out


def test_reader_that_has_enough_ends_it_quietly(file: Path) -> None:
    assert file
    with started("select list_id, repeat('x', 300) from snapshots") as asking:
        assert asking.stdout
        assert asking.stderr
        asking.stdout.readline()
        asking.stdout.close()

        assert asking.wait(60) == command.BROKEN_PIPE
        assert asking.stderr.read() == ""


def test_saved_queries_are_listed_by_purpose_and_parameters(capsys: Captured) -> None:
    assert command.main(["--list"]) == 0

    out = capsys.readouterr().out
    assert "members           who was on a list at a moment" in out
    assert "  list_id (the list)\n" in out
    assert "  [at] (the moment, UTC; without it: the newest snapshot)\n" in out


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nonsense"], "There is no saved query 'nonsense'; there are churn, contact_history, "),
        (["members"], "members needs list_id. It takes list_id (the list), [at] (the moment, "),
        (["members", "list_id=1", "on=x"], "members has no on. It takes list_id (the list), [at]"),
        (["members", "list_id=one"], "list_id is a whole number, not 'one'."),
        (["members", f"list_id={2**63}"], "list_id is a whole number, not '92233720"),
        (["members", "list_id=1", "at=soon"], "at is a moment in UTC such as 2026-01-31 or "),
        (["members", "list_id=1", "at=2026-02-30"], "at is a moment in UTC such as 2026-01-31 "),
        (["members", "list_id=1", "at=9999-12-31"], "at is a moment in UTC such as 2026-01-31 "),
        (["members", "1"], "'1' is not understood: expected key=value, each key once."),
        (["members", "list_id=1", "list_id=2"], "'list_id=2' is not understood: expected "),
        (["runs", "x=1"], "runs has no x. It takes nothing."),
        (["select 1", "x=1"], "A statement takes no parameters: write the values into it."),
        ([""], "The statement is empty.\n"),
        (["  ;\n"], "The statement is empty.\n"),
        (["select 'caf\udce9' as x"], "This holds a character that is none: write it as UTF-8.\n"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(
    words: list[str], said: str, capsys: Captured
) -> None:
    assert run(*words) == 1

    err = capsys.readouterr().err
    assert err.startswith(f"scripts/sql: {said}")
    assert err.count("\n") == 1


def test_ddl_is_printed_for_an_administrator(capsys: Captured) -> None:
    assert command.main(["--ddl", "postgres"]) == 0
    whole = capsys.readouterr().out
    assert command.main(["--ddl", "postgres", "--from-version", "2"]) == 0
    upgrade = capsys.readouterr().out

    assert whole.startswith("-- Purpose: the place of the tables and views.\n")
    assert "CREATE SCHEMA listrak;" in whole
    assert "CREATE SCHEMA" not in upgrade
    assert "CREATE OR REPLACE VIEW listrak.memberships AS" in upgrade
    assert command.main(["--ddl", "postgres", "--from-version", "99"]) == 1
    assert "scripts/sql: There is no upgrade from version 99" in capsys.readouterr().err


def test_ddl_goes_by_the_dialects_name(capsys: Captured) -> None:
    assert command.main(["--ddl", "bigquery"]) == 0
    assert "CREATE SCHEMA listrak;" in capsys.readouterr().out

    with pytest.raises(SystemExit):
        command.main(["--ddl", "google_cloud_platform"])  # the connection's type
    named = capsys.readouterr().err
    assert all(
        name in named for name in ("duckdb", "postgres", "snowflake", "redshift", "bigquery")
    )
