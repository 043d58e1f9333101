"""scripts/forget on real DuckDB files and a PostgreSQL database."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from listrak.forget.address import address_sha256
from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.postgres.server import PostgresServer
from local.commands import forget as command
from tests.conftest import ROOT
from tests.unit.forget.rows import add, rows_of
from tests.unit.postgres_cluster import PostgresCluster

ANN = "ann@example.com"
DIGEST = address_sha256(ANN)
BOB = "bob@example.com"
TWO_WAREHOUSES = """
sources:
  - {name: One, lists: [{id: 1}], warehouse_conn_id: uk}
  - {name: Two, lists: [{id: 2}], warehouse_conn_id: us}
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sources, each with a warehouse that knows Ann and Bob."""
    for name in ("uk", "us"):
        monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", f"duckdb://{tmp_path}/{name}.duckdb")
        for address in (ANN, BOB):
            add(DuckDBFile(name, tmp_path / f"{name}.duckdb"), rows_of(address))
    (tmp_path / "sources.yaml").write_text(TWO_WAREHOUSES, encoding="utf-8")
    monkeypatch.setenv("LISTRAK_SOURCES_FILE", str(tmp_path / "sources.yaml"))
    return tmp_path


def kept(path: Path) -> list[tuple[str]]:
    """The addresses in a warehouse."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found: list[tuple[str]] = connection.execute(
            "select email from listrak.contact_versions order by email"
        ).fetchall()
        return found


def test_address_is_forgotten_in_the_warehouse_of_every_source(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = command.main([" Ann@Example.com"])

    told = capsys.readouterr()
    assert (status, told.err) == (0, "")
    for name in ("uk", "us"):
        assert kept(place / f"{name}.duckdb") == [(BOB,)]
        assert f"{place}/{name}.duckdb (connection `{name}`):\n" in told.out
    assert told.out.count("  erased versions 1, changes 1, calls 1, staged 1\n") == 2


def test_what_is_left_to_do_is_told_without_the_address(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main([ANN, "--connection", "uk"])

    told = capsys.readouterr().out
    assert "note for Segment: sent with userId C1\n" in told
    assert f"by this digest only:\n  {DIGEST}\n" in told
    assert "it is left out of every later snapshot" in told
    assert "POST https://api.listrak.com/privacy/v1/Forget" in told
    assert "POST https://api.segmentapis.com/regulations" in told
    assert ANN not in told
    assert kept(place / "us.duckdb") == [(ANN,), (BOB,)]


def test_address_that_is_nowhere_is_remembered_too(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = command.main(["nobody@example.com", "--connection", "uk"])

    told = capsys.readouterr().out
    assert status == 0
    assert "  the address was in none of the tables: is it spelled as it is there?\n" in told
    assert "note for Segment" not in told
    with duckdb.connect(str(place / "uk.duckdb"), read_only=True) as connection:
        remembered = connection.execute("select address_sha256 from listrak.forgotten_contacts")
        assert remembered.fetchall() == [(address_sha256("nobody@example.com"),)]


@pytest.mark.usefixtures("place")
def test_name_in_quotes_may_hold_spaces(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(['"ann o"@example.com', "--connection", "uk"]) == 0

    assert address_sha256('"ann o"@example.com') in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["ann"],
        ["ann", "@example.com"],
        ["ann @example.com"],
        ["@example.com"],
        ["ann@"],
        [""],
        ["\udcff@x"],
    ],
)
def test_what_is_no_address_is_refused_in_one_line(
    words: list[str], place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = command.main(words)

    assert status == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        "scripts/forget: That is no e-mail address (no @, a space in it, or no UTF-8). "
        "Nothing was forgotten.\n"
    )
    assert kept(place / "uk.duckdb") == [(ANN,), (BOB,)]


@pytest.mark.parametrize("typed", [f"{ANN}\n", ANN])
def test_dash_reads_the_address_from_standard_input(
    typed: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))

    assert command.main(["-", "--connection", "uk"]) == 0
    assert kept(place / "uk.duckdb") == [(BOB,)]


def test_two_addresses_on_standard_input_are_refused(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{ANN}\n{BOB}\n"))

    assert command.main(["-"]) == 2
    assert kept(place / "uk.duckdb") == [(ANN,), (BOB,)]


def test_warehouse_that_is_not_there_is_not_made_and_stops_no_other(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "uk.duckdb").unlink()

    status = command.main([ANN])

    told = capsys.readouterr()
    assert status == 1
    assert f"scripts/forget: {place}/uk.duckdb does not exist yet: " in told.err
    assert "Nothing was forgotten there." in told.err
    assert f"trigger the DAG listrak_forget_contact with the digest\n{DIGEST}\n" in told.err
    assert not (place / "uk.duckdb").exists()
    assert kept(place / "us.duckdb") == [(BOB,)]


@pytest.fixture
def database(cluster: PostgresCluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresServer]:
    """A warehouse on PostgreSQL, as connection `database`; it has no tables yet."""
    cluster.run("drop schema if exists listrak cascade")
    host = quote(cluster.connection().host, safe="")
    monkeypatch.setenv("AIRFLOW_CONN_DATABASE", f"postgres://postgres@{host}/postgres")
    yield cluster.door()
    cluster.run("drop schema if exists listrak cascade")


def test_address_is_forgotten_in_a_database(
    database: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for address in (ANN, BOB):
        add(database, rows_of(address))

    status = command.main([ANN, "--connection", "database"])

    told = capsys.readouterr()
    assert (status, told.err) == (0, "")
    assert f"{database.place} (connection `database`):\n" in told.out
    assert "note for Segment: sent with userId C1\n" in told.out
    assert "  erased versions 1, changes 1, calls 1, staged 1\n" in told.out
    assert database.ask("select email from contact_versions").to_pylist() == [{"email": BOB}]


def test_tables_are_not_made_to_forget_somebody(
    database: PostgresServer, cluster: PostgresCluster, capsys: pytest.CaptureFixture[str]
) -> None:
    status = command.main([ANN, "--connection", "database"])

    assert status == 1
    assert f"`database`: {database.place} has no tables: no run has" in capsys.readouterr().err
    assert cluster.run("select 1 from pg_namespace where nspname = 'listrak'") == []


def test_nothing_is_said_to_be_remembered_where_nothing_was(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("uk", "us"):
        (place / f"{name}.duckdb").unlink()

    assert command.main([ANN]) == 1
    assert capsys.readouterr().out == ""


def test_source_with_a_mistake_is_not_passed_over(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = TWO_WAREHOUSES.replace("id: 2", "id: two")
    (place / "sources.yaml").write_text(broken, encoding="utf-8")

    assert command.main([ANN]) == 1
    assert "source `Two`: lists.0.id:" in capsys.readouterr().err
    assert kept(place / "uk.duckdb") == [(ANN,), (BOB,)]
    assert command.main([ANN, "--connection", "uk"]) == 0


WRITER = """
import sys, duckdb
warehouse = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def writer(place: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(place / "uk.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdin
        process.stdout.readline()
        yield process
        process.stdin.close()


def test_file_that_a_task_has_open_is_waited_for(
    place: Path, writer: subprocess.Popen[str]
) -> None:
    with started("-", "--connection", "uk") as forgetting:
        assert forgetting.stdin
        assert forgetting.stderr
        print(ANN, file=forgetting.stdin, flush=True)
        forgetting.stdin.close()
        assert forgetting.stderr.readline().startswith(f"Waiting for the warehouse {place}/uk.")
        assert writer.stdin
        writer.stdin.close()

        assert forgetting.wait(60) == 0
    assert kept(place / "uk.duckdb") == [(BOB,)]


def started(*arguments: str) -> subprocess.Popen[str]:
    """Start scripts/forget as its shell wrapper does once .venv is ready."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "scripts" / "start.py"), "forget", *arguments],
        env={**os.environ, "PYTHONPATH": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
