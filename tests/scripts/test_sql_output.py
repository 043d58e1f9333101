"""scripts/sql --output: whole answers in a file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.scripts.asking import ROWS, run

Captured = pytest.CaptureFixture[str]


@pytest.mark.usefixtures("small")
def test_csv_of_everything_goes_to_standard_output(capsys: Captured) -> None:
    statement = "select list_id, 'a,\"b' as said, null as nothing from snapshots order by 1"

    assert run(statement, "--output", "-") == 0

    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[:2] == ["list_id,said,nothing", '0,"a,""b",']
    assert len(lines) == ROWS + 1
    assert captured.err == "500 rows written to -\n"


@pytest.mark.usefixtures("small")
def test_parquet_keeps_the_types(tmp_path: Path) -> None:
    file = tmp_path / "answer.parquet"
    statement = (
        "select list_id, timestamp '2026-01-02 03:04:05' as moment, cast(1.5 as numeric(4, 1)) "
        "as amount, sum(list_id) over () as total, list_id > 1 as more from snapshots order by 1"
    )

    assert run(statement, "--output", str(file)) == 0

    with duckdb.connect() as connection:
        described = connection.execute(f"describe from '{file}'").fetchall()
        count = connection.execute(f"select count(*), max(total) from '{file}'").fetchall()
    types = {name: kind for name, kind, *_ in described}
    assert (types["list_id"], types["moment"], types["more"]) == ("BIGINT", "TIMESTAMP", "BOOLEAN")
    assert types["amount"].startswith("DECIMAL")
    assert types["total"].startswith(("DECIMAL", "HUGEINT", "DOUBLE"))
    assert count == [(ROWS, sum(range(ROWS)))]


@pytest.mark.usefixtures("file")
def test_file_that_is_there_is_kept_unless_forced(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "answer.csv"
    file.write_text("mine\n", encoding="utf-8")

    assert run("select 1 as a", "--output", str(file)) == 1
    assert "exists already; --force writes over it." in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "mine\n"
    assert run("select 1 as a", "--output", str(file), "--force") == 0
    assert file.read_text(encoding="utf-8") == "a\n1\n"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("statement", ["select 1 from nowhere", "set time zone 'UTC'"])
def test_nothing_is_left_of_what_failed(statement: str, tmp_path: Path) -> None:
    before = {*tmp_path.iterdir()}

    assert run(statement, "--output", str(tmp_path / "answer.csv")) == 1

    assert {*tmp_path.iterdir()} == before


@pytest.mark.usefixtures("file")
def test_half_written_file_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def full(_part: Path, _file: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    before = {*tmp_path.iterdir()}

    assert run("select 1 as a", "--output", str(tmp_path / "answer.csv")) == 1

    assert {*tmp_path.iterdir()} == before
    assert "answer.csv cannot be written: [Errno 28]" in capsys.readouterr().err


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("answer.xlsx", "expected a name that ends in .csv or .parquet, or -."),
        ("nowhere/answer.csv", "there is no such directory to write a file in."),
    ],
)
def test_output_is_checked_before_anything_is_asked(
    output: str, said: str, tmp_path: Path, capsys: Captured
) -> None:
    assert run("select 1 from nowhere", "--output", str(tmp_path / output)) == 1

    assert capsys.readouterr().err.endswith(f"{output}: {said}\n")
