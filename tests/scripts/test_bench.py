"""scripts/bench at a size that says nothing about speed, but that every figure is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local.bench.history import Size, make_history
from local.commands.bench import main

SMALL = ["--contacts", "400", "--days", "4", "--hours", "3"]


@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_storage_is_measured(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["storage", *SMALL, "--engine", engine, "--directory", str(tmp_path)])

    printed = capsys.readouterr().out
    assert status == 0
    assert "400 contacts, 4 daily and 3 hourly snapshots" in printed
    assert len(re.findall(r"^\| .* \d+\.\d\d s \|", printed, re.MULTILINE)) == 12
    assert re.search(r"size of 7 snapshots .* \(extrapolated\)", printed)
    assert re.search(r"The diff takes \d+\.\d\d times as long as the plain join", printed)
    assert not list(tmp_path.iterdir())  # what was made for it is gone


def test_history_keeps_the_list_as_long_as_it_is_and_changes_it(tmp_path: Path) -> None:
    size = Size(contacts=5_000, days=4, hours=2)

    history = make_history(tmp_path, size)

    reads = [
        {row["email"] for piece in history.read(position) for row in piece.to_pylist()}
        for position in range(size.snapshots + size.more)
    ]
    assert {len(read) for read in reads} == {5_000}
    for position in range(1, len(reads)):
        gone = [piece.column("email") for piece in history.unsubscribes(position)]
        told = {email.as_py() for column in gone for email in column}
        assert told == reads[position - 1] - reads[position]
        assert told


def test_versions_of_a_history_are_what_its_reads_would_have_left(tmp_path: Path) -> None:
    size = Size(contacts=500, days=4, hours=2)
    history = make_history(tmp_path, size)

    for by_end in (True, False):
        versions = [row for piece in history.versions(by_end=by_end) for row in piece.to_pylist()]
        for position in range(size.snapshots):
            at = history.key(position).snapshot_at
            present = {
                row["email"]
                for row in versions
                if row["valid_from"] <= at and (row["valid_to"] is None or row["valid_to"] > at)
            }
            read = {row["email"] for piece in history.read(position) for row in piece.to_pylist()}
            assert present == read
