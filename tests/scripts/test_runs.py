"""What scripts/run tells of its runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from local.api import DagImportError, TaskInstance
from local.runs import Run, last_error, load_errors, news, totals_lines

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def task(task_id: str, state: str | None, map_index: int = -1, label: str = "") -> TaskInstance:
    return TaskInstance(task_id, map_index, state, label, 1)


def test_mapped_task_is_shown_by_its_label() -> None:
    assert task("extract_contacts", "running", 0, "12345 News").title == (
        "extract_contacts [12345 News]"
    )


def test_mapped_task_is_shown_by_its_list_until_it_has_a_label() -> None:
    run = Run("One", "dag", "run", lists=(12345, 67890))

    assert run.title(task("extract_contacts", "running", 1)) == "extract_contacts [67890]"
    assert run.title(task("extract_contacts", "running", 1, "67890 News")) == (
        "extract_contacts [67890 News]"
    )
    assert run.title(task("extract_contacts", "running", 2)) == "extract_contacts [2]"
    assert run.title(task("report", "running")) == "report"


def test_only_the_dag_files_own_fresh_errors_end_the_wait_for_it() -> None:
    own = DagImportError("listrak_to_segment.py", "no", NOW)
    stale = DagImportError("listrak_to_segment.py", "no", NOW - timedelta(seconds=1))
    mistakes = DagImportError("sources_file_mistakes.py", "no", NOW)

    assert load_errors([mistakes, stale, own], NOW) == [own]


def test_each_state_is_told_once() -> None:
    run = Run("One", "dag", "run")
    first = news(run, [task("a", "running"), task("b", None)])

    second = news(run, [task("a", "running"), task("b", "queued")])
    third = news(run, [task("a", "success"), task("b", "running")])

    assert [each.task_id for each in first] == ["a"]
    assert second == []
    assert [(each.task_id, each.state) for each in third] == [("a", "success"), ("b", "running")]


def test_mapped_tasks_are_told_apart() -> None:
    run = Run("One", "dag", "run")

    told = news(run, [task("a", "running", 0), task("a", "running", 1)])

    assert len(told) == 2


def test_totals_come_in_the_words_of_the_run_summary() -> None:
    lines = totals_lines({"sent": 15, "extracted": 6000, "re_identified": 0, "duration": 3.25})

    assert [line.split() for line in lines] == [
        ["extracted", "6,000"],
        ["re-identified", "0"],
        ["sent", "15"],
        ["duration", "3.2", "s"],
    ]


def test_missing_totals_are_said_to_be_missing() -> None:
    assert totals_lines({}) == ["  no totals: the run's report did not get that far"]


def test_error_is_the_exceptions_own_text_not_its_traceback() -> None:
    log: list[dict[str, object]] = [
        {"level": "error", "event": "Task failed", "error_detail": [{"exc_value": "List 1: no."}]},
        {"level": "info", "event": "done"},
    ]

    assert last_error(log) == "List 1: no."


def test_error_without_an_exception_is_the_last_error_line() -> None:
    log = [{"level": "error", "event": "killed"}, {"level": "info", "event": "done"}]

    assert last_error(log) == "killed"
    assert last_error([]) is None
