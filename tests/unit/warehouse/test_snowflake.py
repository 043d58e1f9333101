"""What is Snowflake's own: DDL that commits, rooms, files on their way, sessions."""

from __future__ import annotations

import logging
from datetime import datetime

import pyarrow as pa
import pytest
from snowflake.connector.connection import SnowflakeConnection as Session
from snowflake.connector.cursor import SnowflakeCursor
from snowflake.connector.errors import NotSupportedError, OperationalError

from listrak.errors import QuestionError, WarehouseRefusedError, WarehouseUnavailableError
from listrak.warehouse.tables import SCHEMA_VERSION
from tests.unit.warehouse.accounts.snowflake import SnowflakeAccount
from tests.unit.warehouse.test_warehouse import CHANGES, PLANNED, RUN

FILES = "list @rows_under_way"


@pytest.fixture(scope="module")
def snowflake(snowflake_stand_in: SnowflakeAccount) -> SnowflakeAccount:
    """Return one for all tests here: to make the tables takes most of their time."""
    account = snowflake_stand_in.fresh()
    with account.door().transaction():
        return account


def test_refused_statement_quotes_no_row(snowflake: SnowflakeAccount) -> None:
    no_time = RUN.set_column(2, "started_at", pa.array(["ann@x.example"]))

    with (
        pytest.raises(WarehouseRefusedError, match="refused a statement") as caught,
        snowflake.door().transaction() as transaction,
    ):
        transaction.insert("runs", no_time)

    assert "@" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_nothing_a_stage_does_commits_before_the_end(snowflake: SnowflakeAccount) -> None:
    before = counted(snowflake)

    with pytest.raises(KeyError), snowflake.door().transaction() as transaction:  # noqa: PT012 (both belong to one transaction)
        transaction.insert("trait_changes", CHANGES)
        transaction.execute("diff/create_differences")
        transaction.lend("planned_calls", PLANNED)
        transaction.lend("planned_calls", PLANNED.slice(0, 1))
        transaction.execute("load/assign_calls", source="s")
        raise KeyError

    assert counted(snowflake) == before


def counted(account: SnowflakeAccount) -> dict[str, int]:
    tables = ("trait_changes", "planned_calls", "turns")
    counts = ", ".join(f"(select count(*) from {table})" for table in tables)
    return dict(zip(tables, account.run(f"select {counts}")[0], strict=True))


def test_rooms_are_left_empty(snowflake: SnowflakeAccount) -> None:
    with snowflake.door().transaction() as transaction:
        transaction.lend("planned_calls", PLANNED)
        transaction.execute("load/assign_calls", source="s")

    left = counted(snowflake)
    assert (left["planned_calls"], left["turns"]) == (0, 0)


def test_transaction_that_snowflake_ended_keeps_nothing_of_what_came_after(
    snowflake: SnowflakeAccount,
) -> None:
    before = counted(snowflake)

    with (  # noqa: PT012 (both belong to one transaction)
        pytest.raises(WarehouseUnavailableError, match="ended the step half way"),
        snowflake.door().transaction() as transaction,
    ):
        transaction.session.rollback()  # as Snowflake does, and says nothing
        transaction.insert("trait_changes", CHANGES)

    assert counted(snowflake) == before


def test_session_is_closed_whatever_happens(
    snowflake: SnowflakeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Session] = []
    close = Session.close

    def closing(self: Session, *, retry: bool = True) -> None:
        closed.append(self)
        close(self, retry=retry)

    monkeypatch.setattr(Session, "close", closing)
    door = snowflake.door()
    with door.transaction():
        pass
    with pytest.raises(KeyboardInterrupt), door.transaction():
        raise KeyboardInterrupt
    door.ask("select 1")
    with pytest.raises(QuestionError):
        door.ask("select 1 from nowhere")

    assert len(closed) == 4


def test_client_logs_nothing_of_what_it_is_told(
    snowflake: SnowflakeAccount, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    door = snowflake.door()

    with door.transaction() as transaction:
        transaction.insert("trait_changes", CHANGES)
        transaction.execute("load/release_lease", source="hidden@x", holder="h")
    with pytest.raises(QuestionError):
        door.ask("select 'hidden@x' from nowhere where email = $1", ["a@example.com"])

    assert not [each for each in caplog.records if each.name.startswith("snowflake")]
    assert "@" not in caplog.text
    assert "s3cret" not in caplog.text


def test_no_file_stays_where_rows_pass_through(snowflake: SnowflakeAccount) -> None:
    with pytest.raises(KeyboardInterrupt), snowflake.door().transaction() as transaction:  # noqa: PT012 (both belong to one transaction)
        transaction._put("of-a-killed-task", CHANGES)
        raise KeyboardInterrupt
    assert len(snowflake.run(FILES)) == 1

    with snowflake.door().transaction() as transaction:
        transaction.insert("trait_changes", CHANGES)

    assert snowflake.run(FILES) == []


def test_ddl_in_the_middle_would_be_noticed(snowflake: SnowflakeAccount) -> None:
    before = counted(snowflake)

    with pytest.raises(KeyError), snowflake.door().transaction() as transaction:  # noqa: PT012 (both belong to one transaction)
        transaction.insert("trait_changes", CHANGES)
        transaction.session.cursor().execute("create temporary table in_the_middle (a varchar)")
        raise KeyError

    # It was kept, as it must not be: the stand-in commits as Snowflake does.
    assert counted(snowflake)["trait_changes"] == before["trait_changes"] + CHANGES.num_rows
    snowflake.change("delete from turns")


def test_rows_keep_their_values(snowflake: SnowflakeAccount) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_901)
    odd = ["o'neil@x", "zoë@x", 'a,b;\n"c"@x', ""]
    rows = pa.table(
        {
            "extract_id": ["e"] * 4,
            "email": odd,
            "user_id": pa.array(["", None, "7", "\\N"]),
            "subscribed_at": pa.array([moment, None, moment, None], pa.timestamp("us")),
            "state": ["subscribed"] * 4,
        }
    )

    with snowflake.door().transaction() as transaction:
        transaction.insert("staged_contacts", rows)

    columns = ", ".join(rows.column_names)
    answer = snowflake.door().ask(f"select {columns} from staged_contacts")
    by_email = {row["email"]: row for row in rows.to_pylist()}
    assert {row["email"]: row for row in answer.to_pylist()} == by_email
    assert answer.num_rows == 4


@pytest.fixture
def cut_off(snowflake: SnowflakeAccount, monkeypatch: pytest.MonkeyPatch) -> str:
    def commit(_self: Session) -> None:
        raise OperationalError("lost", errno=250003)

    monkeypatch.setattr(Session, "commit", commit)
    return snowflake.settings.conn_id


def test_lost_commit_is_said_to_be_in_doubt(snowflake: SnowflakeAccount, cut_off: str) -> None:
    with (
        pytest.raises(WarehouseUnavailableError, match="whether this step was kept") as caught,
        snowflake.door().transaction(),
    ):
        pass

    assert cut_off in str(caught.value)


def test_file_that_no_table_took_is_taken_away(snowflake: SnowflakeAccount) -> None:
    nowhere = pa.table({"no_such_column": ["x"]})

    with pytest.raises(WarehouseRefusedError), snowflake.door().transaction() as transaction:
        transaction.insert("runs", nowhere)

    assert snowflake.run(FILES) == []


def test_first_use_that_was_broken_off_is_made_whole(
    snowflake_stand_in: SnowflakeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = snowflake_stand_in.fresh()

    def killed(_engine: str, _version: int) -> list[str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("listrak.warehouse.tables._steps", killed)
        with pytest.raises(KeyboardInterrupt), account.door().transaction():
            pytest.fail("it makes the tables first")
    account.change("create table listrak.schema_version (version integer)")

    with account.door().transaction() as transaction:
        transaction.insert("trait_changes", CHANGES)

    assert account.run("select version from schema_version") == [(SCHEMA_VERSION,)]


def test_answer_that_is_no_arrow_is_told_as_text(
    snowflake: SnowflakeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: SnowflakeCursor, **_options: bool) -> None:
        raise NotSupportedError  # as for what `show` answers from Snowflake itself

    monkeypatch.setattr(SnowflakeCursor, "fetch_arrow_all", refuse)
    with snowflake.door()._logged_in() as transaction:
        answer = transaction.answer("select 1 as A, null as b union all select 2, 'x' order by 1")

    assert answer.to_pylist() == [{"a": "1", "b": None}, {"a": "2", "b": "x"}]
