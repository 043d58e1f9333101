"""The door to Redshift: Amazon's real client before a PostgreSQL that stands in for the server."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redshift_connector.error import ProgrammingError

from listrak.errors import QuestionError, WarehouseRefusedError, WarehouseUnavailableError
from listrak.warehouse.dialect import written_for
from listrak.warehouse.duckdb.file import DuckDBFile
from listrak.warehouse.redshift.staging import Staging
from listrak.warehouse.redshift.transaction import RedshiftTransaction
from tests.unit.diff.deciding import FIRST, key, stage
from tests.unit.postgres_cluster import PostgresCluster
from tests.unit.warehouse.accounts.checks import CHECKS
from tests.unit.warehouse.accounts.redshift import RedshiftAccount
from tests.unit.warehouse.redshift_stand_in import (
    StandInCluster,
    StandInTransaction,
    standing_in,
)
from tests.unit.warehouse.test_dialect import QUERIES, everything_there, some_value
from tests.unit.warehouse.test_warehouse import RUN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "staging"
    path.mkdir()
    return path


@pytest.fixture
def account(cluster: PostgresCluster, folder: Path) -> Iterator[RedshiftAccount]:
    with standing_in(cluster, folder) as found:
        yield found.fresh()


@pytest.fixture
def redshift(account: RedshiftAccount) -> StandInCluster:
    door = account.door()
    assert isinstance(door, StandInCluster)
    return door


@pytest.mark.parametrize("check", CHECKS)
def test_stand_in_stands_what_a_real_account_would(
    check: str, account: RedshiftAccount, tmp_path: Path
) -> None:
    CHECKS[check](account, tmp_path)


def test_answers_have_the_types_they_have_from_duckdb(
    redshift: StandInCluster, duckdb_file: DuckDBFile
) -> None:
    differing = {}
    with everything_there(redshift) as there, everything_there(duckdb_file) as here:
        for name in QUERIES:
            parameters = written_for("redshift", name).parameters
            given = {each: some_value(each, name) for each in parameters}
            answers = [each.fetch(name, **given).schema for each in (here, there)]
            if answers[0] != answers[1]:
                differing[name] = answers

    assert differing == {}


def test_turn_is_taken_before_anything_is_read(
    redshift: StandInCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redshift.transaction():
        pass
    said: list[str] = []
    ran = RedshiftTransaction._ran

    def noted(self: RedshiftTransaction, text: str, *rest: Any) -> Any:
        said.append(text.strip().rstrip(";").rpartition("\n")[2])
        return ran(self, text, *rest)

    monkeypatch.setattr(RedshiftTransaction, "_ran", noted)
    with redshift.transaction():
        pass

    catalogue, begun, limit, turn, no_limit, *rest = said
    assert "information_schema" in catalogue.lower()  # by itself, before the transaction
    assert (begun, turn) == ("begin", "lock listrak.schema_version")
    # No question: it could fix what the transaction sees, before it has the turn.
    assert (limit, no_limit) == (
        "SET LOCAL statement_timeout = 500",
        "set local statement_timeout to default",
    )
    assert rest
    assert not any("lock" in each for each in rest)


def test_another_tasks_transaction_is_waited_for(redshift: StandInCluster) -> None:
    with redshift.transaction():
        pass
    with (
        redshift.transaction(),
        pytest.raises(WarehouseUnavailableError, match="written by another task after 0 s"),
        redshift.transaction(),
    ):
        pytest.fail("the other one has the turn")

    with redshift.transaction():
        pass


def test_who_waited_sees_what_the_other_one_kept(
    redshift: StandInCluster, cluster: PostgresCluster
) -> None:
    stage(redshift, key(0), {"a@x": None})
    patient = replace(redshift, settings=replace(redshift.settings, lock_timeout=60.0))
    seen: list[int] = []

    def look() -> None:
        with patient.transaction() as transaction:
            seen.append(transaction.fetch("load/find_lease", source="src").num_rows)

    waiting = threading.Thread(target=look)
    with redshift.transaction() as transaction:
        waiting.start()
        while cluster.run("select 1 from pg_locks where not granted") == []:
            assert waiting.is_alive()
        transaction.execute("load/begin_lease", source="src", holder="h", expires_at=FIRST)
    waiting.join(60)

    assert seen == [1]


@pytest.mark.parametrize("answer", [b"INSERT 0 1\0", b"CREATE TABLE\0", b"LOCK TABLE\0"])
def test_lost_connection_keeps_nothing_and_is_tried_again(
    answer: bytes, redshift: StandInCluster
) -> None:
    with redshift.transaction():
        pass

    redshift.doorman.breaks_at = answer
    with (
        pytest.raises(WarehouseUnavailableError, match=r"connection was lost\. Nothing of this"),
        redshift.transaction() as transaction,
    ):
        transaction.insert("runs", RUN)

    assert redshift.ask("select count(*) as runs from runs").to_pylist() == [{"runs": 0}]


def test_question_before_there_is_a_schema_says_so(
    redshift: StandInCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = StandInTransaction._ran

    def ran(self: StandInTransaction, text: str, *rest: Any) -> Any:
        if "search_path" in text:  # PostgreSQL takes any name there
            said = {"S": "ERROR", "C": "3F000", "M": "schema listrak does not exist"}
            raise ProgrammingError(said)
        return run(self, text, *rest)

    monkeypatch.setattr(StandInTransaction, "_ran", ran)
    with pytest.raises(QuestionError, match="schema listrak does not exist"):
        redshift.ask("select 1 as one")


@pytest.mark.parametrize(
    "text",
    [
        "unload ('select * from runs') to 's3://bucket/runs' iam_role default allowoverwrite",
        "copy runs from 's3://bucket/runs' iam_role default",
        "call unload_everything()",
        "create model m from runs target a function f iam_role default",
        "; unload ('select 1') to 's3://bucket/x' iam_role default",
    ],
)
def test_whatever_does_not_read_is_never_sent(
    text: str, redshift: StandInCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StandInCluster, "_connected", pytest.fail)

    with pytest.raises(QuestionError, match="read-only"):
        redshift.ask(text)


def test_question_on_a_lost_connection_blames_no_question(redshift: StandInCluster) -> None:
    redshift.doorman.breaks_at = b"SELECT 1\0"

    with pytest.raises(WarehouseUnavailableError, match="is away"):
        redshift.ask("select 1 as one")


def test_commit_whose_answer_is_lost_is_in_doubt(redshift: StandInCluster) -> None:
    with redshift.transaction():
        pass

    redshift.doorman.breaks_at = b"COMMIT\0"
    with (
        pytest.raises(WarehouseUnavailableError, match="whether this step was kept is not known"),
        redshift.transaction() as transaction,
    ):
        transaction.insert("runs", RUN)

    assert redshift.ask("select count(*) as runs from runs").to_pylist() == [{"runs": 1}]


def test_staged_files_are_deleted_also_when_they_cannot_be_copied(
    redshift: StandInCluster, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def failing(self: StandInTransaction, _text: str) -> None:
        seen.append(len(list(folder.iterdir())))
        self._ran("select 1 / 0")

    with redshift.transaction() as transaction:
        transaction.insert("runs", RUN)
    monkeypatch.setattr(StandInTransaction, "_copied", failing)
    with pytest.raises(WarehouseRefusedError), redshift.transaction() as transaction:
        transaction.insert("runs", RUN)

    assert seen == [1]
    assert list(folder.iterdir()) == []
    assert redshift.ask("select count(*) as runs from runs").to_pylist() == [{"runs": 1}]


def test_copy_that_cannot_read_is_tried_again_and_names_what_it_needs(
    redshift: StandInCluster, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_self: StandInTransaction, _text: str) -> None:
        said = {"S": "ERROR", "C": "XX000", "M": "S3ServiceException: a@x", "D": "row: a@x"}
        raise ProgrammingError(said)

    monkeypatch.setattr(StandInTransaction, "_copied", denied)
    with (
        pytest.raises(
            WarehouseUnavailableError, match=r"file://.* as arn:aws:iam::1:role/none"
        ) as e,
        redshift.transaction() as transaction,
    ):
        transaction.insert("runs", RUN)

    assert "sys_load_error_detail" in str(e.value)
    assert "@" not in str(e.value)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", ["redshift_connector", "botocore", "boto3", "urllib3"])
def test_clients_tell_no_log_what_they_hear(
    name: str, redshift: StandInCluster, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, name)

    with redshift.transaction():
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)


def test_text_is_given_with_its_type(redshift: StandInCluster) -> None:
    [told] = redshift.ask("select pg_typeof($1)::varchar as type", ["a"]).to_pylist()

    assert told == {"type": "character varying"}  # PostgreSQL takes text of no type for `text`


def test_staging_that_cannot_be_written_is_named(redshift: StandInCluster, folder: Path) -> None:
    folder.rmdir()

    with (
        pytest.raises(WarehouseUnavailableError, match="could not be put under file://"),
        redshift.transaction() as transaction,
    ):
        transaction.insert("runs", RUN)


def test_file_that_stays_behind_is_named_in_the_log(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.WARNING),
        Staging(f"file://{folder}", "arn:").staged(RUN, "here") as uri,
    ):
        path = Path(uri.removeprefix("file://"))
        path.unlink()
        path.mkdir()  # it cannot be deleted as a file

    assert "delete it by hand" in caplog.text
