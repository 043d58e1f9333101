"""The prompt of scripts/sql."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest

from tests.scripts.asking import run

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def typed(small: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Give the prompt its input, which is no terminal; return its exit status."""
    assert small

    def answer(text: str) -> int:
        lines = io.BytesIO(text.encode(errors="surrogateescape"))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(lines, "utf-8"))
        return run()

    return answer


def test_prompt_runs_what_is_left_at_the_end_of_its_input(
    typed: Callable[[str], int], capsys: Captured
) -> None:
    status = typed("select 41 + 1 as answer;\nselect\n50 + 3 as answer")

    out = capsys.readouterr().out
    assert status == 0
    assert "42" in out
    assert "53" in out


def test_prompt_says_on_standard_error_what_it_reads(
    typed: Callable[[str], int], small: str, capsys: Captured
) -> None:
    typed("")

    assert capsys.readouterr() == ("", f"Reading {small}\n")


def test_prompt_fails_when_any_statement_failed(
    typed: Callable[[str], int], capsys: Captured
) -> None:
    status = typed("select 1 from nowhere;\nselect 42 as answer;\n")

    assert status == 1
    assert "answer" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["runs", "runs;", "run run_id='a b'", "run run_id=1;"])
def test_prompt_takes_a_saved_query(
    line: str, typed: Callable[[str], int], capsys: Captured
) -> None:
    status = typed(f"{line}\nselect 42 as answer;\n")

    captured = capsys.readouterr()
    assert status == 1
    assert "run" in captured.err  # the saved query was asked: this warehouse lacks its tables
    assert "not exist" in captured.err
    assert "answer" in captured.out


def test_prompt_goes_on_after_what_it_cannot_read(
    typed: Callable[[str], int], capsys: Captured
) -> None:
    status = typed("members list_id='1\nselect 42 as answer;\n")

    captured = capsys.readouterr()
    assert status == 1
    assert "is not understood: No closing quotation." in captured.err
    assert "42" in captured.out


def test_prompt_goes_on_after_what_is_no_utf_8(
    typed: Callable[[str], int], capsys: Captured
) -> None:
    status = typed("select 'caf\udce9' as x;\nselect 42 as answer;\n")

    captured = capsys.readouterr()
    assert status == 1
    assert "write it as UTF-8" in captured.err
    assert "42" in captured.out


@pytest.mark.parametrize("line", ["membres", "membres list_id=1", "\\d", "describe_all;"])
def test_prompt_answers_a_name_that_there_is_not_at_once(
    line: str, typed: Callable[[str], int], capsys: Captured
) -> None:
    status = typed(f"{line}\nselect 42 as answer;\n")

    captured = capsys.readouterr()
    assert status == 1
    assert "There is no saved query" in captured.err
    assert "members" in captured.err
    assert "42" in captured.out


@pytest.mark.parametrize(("word", "expected"), [("help", "Ctrl-D leaves"), ("list;", "members ")])
def test_prompt_takes_commands(
    word: str, expected: str, typed: Callable[[str], int], capsys: Captured
) -> None:
    status = typed(f"{word}\n")

    assert status == 0
    assert expected in capsys.readouterr().out


@pytest.mark.parametrize("word", ["quit", "exit;", "\\q"])
def test_prompt_is_left_by_a_word(word: str, typed: Callable[[str], int], capsys: Captured) -> None:
    status = typed(f"{word}\nselect 42 as answer;\n")

    assert status == 0
    assert "42" not in capsys.readouterr().out
