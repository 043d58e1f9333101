"""What every warehouse promises, whichever engine is behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pyarrow as pa
import pytest

from listrak.errors import QuestionError, WarehouseRefusedError
from listrak.snapshot_key import SnapshotKey
from listrak.warehouse.warehouse import Door, Warehouse
from tests.unit.conftest import Query

RUN = pa.table(
    {
        "run_id": ["r1"],
        "source": ["a"],
        "started_at": pa.array([datetime(2026, 1, 1)], pa.timestamp("us")),
    }
)
PLANNED = pa.table(
    {
        "message_id": ["m1", "m2"],
        "anonymous_id": ["a@example.com", "b@example.com"],
        "user_id": pa.nulls(2, pa.string()),
    }
)
CHANGES = pa.table(
    {
        "source": ["s", "s"],
        "list_id": [1, 1],
        "email": ["a@example.com", "b@example.com"],
        **{name: ["pending", "pending"] for name in ("change", "trait", "status")},
        **{
            name: pa.array([datetime(2026, 1, 1)] * 2, pa.timestamp("us"))
            for name in ("snapshot_at", "occurred_at", "decided_at")
        },
    }
)


def test_rows_are_matched_by_column_name(warehouse: Warehouse, query: Query) -> None:
    with warehouse.transaction() as transaction:
        transaction.insert("runs", RUN)

    assert query("select source, run_id, finished_at from runs") == [("a", "r1", None)]


def test_any_exception_leaves_nothing_behind(warehouse: Warehouse, query: Query) -> None:
    with warehouse.transaction():
        pass

    with pytest.raises(KeyError, match="no such"), warehouse.transaction() as transaction:  # noqa: PT012 (both belong to one transaction)
        transaction.insert("runs", RUN)
        RUN.field("no such column")

    assert query("select count(*) from runs") == [(0,)]


def test_statement_tells_how_many_rows_it_changed(warehouse: Warehouse) -> None:
    with warehouse.transaction() as transaction:
        transaction.insert("runs", RUN)

        assert transaction.execute("report/forget_run", source="a", run_id="r1") == 1
        assert transaction.execute("report/forget_run", source="a", run_id="r1") == 0


def test_lent_rows_can_be_read_by_statements(warehouse: Warehouse, query: Query) -> None:
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


def test_what_is_lent_again_replaces_what_was_lent(warehouse: Warehouse, query: Query) -> None:
    with warehouse.transaction() as transaction:
        transaction.lend("planned_calls", PLANNED.slice(0, 1))
        transaction.lend("planned_calls", PLANNED.slice(1, 1))
        transaction.insert("trait_changes", CHANGES)
        assert transaction.execute("load/assign_calls", source="s") == 1

    assert query("select email, message_id from trait_changes order by 1") == [
        ("a@example.com", None),
        ("b@example.com", "m2"),
    ]


def test_temporary_tables_end_with_their_transaction(warehouse: Warehouse) -> None:
    moments = {"previous_at": None, "next_at": None}
    for _ in range(2):
        with warehouse.transaction() as transaction:
            transaction.execute("diff/create_differences")
            transaction.execute(
                "diff/find_differences", source="s", list_id=1, extract_id="none", **moments
            )
            [counted] = transaction.fetch("diff/count_differences").to_pylist()
            assert counted["differing"] == 0


def test_refused_statement_quotes_no_row(warehouse: Warehouse) -> None:
    twice = pa.concat_tables([RUN, RUN]).set_column(0, "run_id", pa.array(["x@y.example"] * 2))

    with (
        pytest.raises(WarehouseRefusedError, match="refused a statement") as caught,
        warehouse.transaction() as transaction,
    ):
        transaction.insert("runs", twice)

    assert "@" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_tables_of_a_newer_program_are_left_alone(
    warehouse: Warehouse, tamper: Callable[[str], None]
) -> None:
    with warehouse.transaction():
        pass
    tamper("insert into listrak.schema_version (version) values (99)")

    with (
        pytest.raises(WarehouseRefusedError, match="version 99"),
        warehouse.transaction(),
    ):
        pytest.fail("the tables are newer")


def test_question_is_answered_without_a_prefix_and_changes_nothing(warehouse: Door) -> None:
    with warehouse.transaction() as transaction:
        transaction.insert("runs", RUN)

    answer = warehouse.ask("select run_id from runs where source = $1", ["a"])

    assert answer.to_pylist() == [{"run_id": "r1"}]
    for statement in ("delete from runs", "drop table listrak.runs", "create table runs_2 (a int)"):
        with pytest.raises(QuestionError, match="read-only"):
            warehouse.ask(statement)


def test_question_that_makes_no_sense_gets_the_engines_words_in_one_line(warehouse: Door) -> None:
    with warehouse.transaction():
        pass

    with pytest.raises(QuestionError, match=r"(?i)^[^\n]*nowhere[^\n]*$"):
        warehouse.ask("select 1 from nowhere")


def test_question_before_any_run_finds_nothing(warehouse: Door) -> None:
    with pytest.raises(QuestionError, match=r"(?i)exist|not found"):
        warehouse.ask("select 1 from runs")


def test_space_is_given_back_and_rows_stay(warehouse: Door, query: Query) -> None:
    with warehouse.transaction() as transaction:
        transaction.insert("runs", RUN)

    warehouse.give_back_space()

    assert query("select run_id from runs") == [("r1",)]
