"""Sessions, turns, commits and set-ups of the BigQuery door, behind Google's own client."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pyarrow as pa
import pytest

from listrak.errors import (
    WarehouseRefusedError,
    WarehouseUnavailableError,
)
from listrak.warehouse.bigquery.client import open_client
from listrak.warehouse.bigquery.dataset import BigQueryDataset
from listrak.warehouse.bigquery.sessions import Seen, left_open
from listrak.warehouse.bigquery.statements import Statements, open_session
from listrak.warehouse.tables import SCHEMA_VERSION
from tests.unit.warehouse import test_upgrade
from tests.unit.warehouse.accounts.bigquery import BigQueryProject
from tests.unit.warehouse.accounts.checks import said_in
from tests.unit.warehouse.bigquery.asking import runs
from tests.unit.warehouse.bigquery.engine import UNDONE
from tests.unit.warehouse.bigquery.stand_in import StandIn
from tests.unit.warehouse.bigquery.trouble import Trouble
from tests.unit.warehouse.test_warehouse import RUN

END = "call bq.abort_session ();"
TURN = "update listrak.schema_version"
COMMIT = "commit transaction"


def test_session_ends_with_its_transaction(door: BigQueryDataset, stand_in: StandIn) -> None:
    for error in (None, KeyError, KeyboardInterrupt, SystemExit):
        try:
            with door.transaction() as transaction:
                transaction.insert("runs", RUN.set_column(0, "run_id", pa.array([str(error)])))
                if error:
                    raise error
        except (KeyError, KeyboardInterrupt, SystemExit):
            pass
        assert stand_in.engine.sessions == {}

    assert runs(door) == ["None"]


@pytest.mark.parametrize("words", ["begin transaction", TURN, "insert into listrak.runs", COMMIT])
def test_session_ends_where_a_statement_fails(
    words: str, door: BigQueryDataset, stand_in: StandIn
) -> None:
    stand_in.troubles.append(Trouble(words, "invalidQuery", message="ann@x.example"))

    with pytest.raises(WarehouseRefusedError), door.transaction() as transaction:
        transaction.insert("runs", RUN)

    # One that was not even begun holds nothing.
    assert len(stand_in.engine.sessions) == (words == "begin transaction")
    assert runs(door) == []


def test_whoever_is_undone_tries_again(door: BigQueryDataset, stand_in: StandIn) -> None:
    stand_in.troubles.append(Trouble(TURN, "invalidQuery", message=UNDONE, times=2))

    with door.transaction() as transaction:
        transaction.insert("runs", RUN)

    assert runs(door) == ["r1"]
    assert stand_in.engine.sessions == {}


def test_one_at_a_time_writes(door: BigQueryDataset, stand_in: StandIn) -> None:
    with door.transaction() as transaction:
        transaction.insert("runs", RUN)
        with (
            pytest.raises(WarehouseUnavailableError, match="still being written by another task"),
            door.transaction(),
        ):
            pytest.fail("another one writes")

    assert runs(door) == ["r1"]
    assert stand_in.engine.sessions == {}


@pytest.mark.parametrize(("minutes", "is_ended"), [(16, True), (1, False)])
def test_session_of_a_killed_task_is_ended_once_it_has_idled(
    minutes: int, is_ended: bool, door: BigQueryDataset, stand_in: StandIn
) -> None:
    with open_client(stand_in.settings) as client:
        killed = Statements(client, open_session(client, "bigquery/begin"))
        killed.execute("warehouse/take_turn")
    for job in list(stand_in.jobs.values())[-2:]:
        job.resource["statistics"]["endTime"] = str(
            int(job.resource["statistics"]["endTime"]) - minutes * 60_000
        )

    if is_ended:
        with door.transaction() as transaction:
            transaction.insert("runs", RUN)
    else:
        with pytest.raises(WarehouseUnavailableError, match="15 minutes"), door.transaction():
            pytest.fail("the killed one may live")

    assert (killed.session_id not in stand_in.engine.sessions) is is_ended


def test_only_what_nobody_ended_and_nothing_runs_in_was_left_open() -> None:
    long_ago, newest = datetime(2026, 1, 1), datetime(2026, 1, 1, 1)
    seen = [
        Seen("left", "select 1", long_ago),
        Seen("ended", "select 1", long_ago),
        Seen("ended", END, long_ago),
        Seen("at work", "select 1", long_ago),
        Seen("at work", "select 2", None),
        Seen("young", "select 1", datetime(2026, 1, 1, 0, 46)),
        Seen("own", "update", newest),
    ]

    assert left_open(seen) == ["left"]
    assert left_open(seen[:-1]) == ["left"]
    assert left_open([]) == []


def test_commit_whose_answer_is_lost_is_asked_for_again(
    door: BigQueryDataset, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listrak.warehouse.bigquery.statements.SECONDS_AWAY", 30.0)
    stand_in.jobs.clear()
    stand_in.troubles.append(Trouble(COMMIT, is_run=True))

    with door.transaction() as transaction:
        transaction.insert("runs", RUN)

    assert runs(door) == ["r1"]
    assert len([text for text in stand_in.texts() if COMMIT in text]) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(COMMIT, times=99),
        Trouble(COMMIT, "backendError", 503, times=99),
        Trouble(COMMIT, "jobInternalError"),
    ],
)
def test_commit_that_nobody_answers_for_is_in_doubt(
    trouble: Trouble, door: BigQueryDataset, stand_in: StandIn
) -> None:
    stand_in.troubles.append(replace(trouble))

    with (
        pytest.raises(WarehouseUnavailableError, match="whether this step was kept is not known"),
        door.transaction(),
    ):
        pass


def test_refused_commit_keeps_nothing(door: BigQueryDataset, stand_in: StandIn) -> None:
    stand_in.troubles.append(Trouble(COMMIT, "invalidQuery", message=UNDONE))

    with (
        pytest.raises(WarehouseUnavailableError, match=r"undid the step .* Nothing of this step"),
        door.transaction() as transaction,
    ):
        transaction.insert("runs", RUN)

    assert runs(door) == []


@pytest.mark.parametrize(
    "words", ["table if not exists listrak.snapshots", "insert into listrak.s"]
)
def test_set_up_that_breaks_off_is_carried_on(words: str, stand_in: StandIn) -> None:
    stand_in.reset()
    stand_in.troubles.append(Trouble(words, "quotaExceeded", 403))
    door = BigQueryDataset(stand_in.settings)

    with pytest.raises(WarehouseUnavailableError), door.transaction():
        pytest.fail("the tables are not there yet")
    with door.transaction() as transaction:
        transaction.insert("runs", RUN)

    assert runs(door) == ["r1"]
    assert door.ask("select max(version) as v from schema_version").to_pylist() == [
        {"v": SCHEMA_VERSION}
    ]


def test_upgrade_that_breaks_off_is_carried_on_by_who_has_the_turn(stand_in: StandIn) -> None:
    stand_in.reset()
    for text in said_in("bigquery", test_upgrade.VERSION_1):
        BigQueryProject(stand_in.settings).change(text)
    door = BigQueryDataset(stand_in.settings)
    stand_in.troubles.append(Trouble("add column if not exists trait", "quotaExceeded", 403))

    with pytest.raises(WarehouseUnavailableError), door.transaction():
        pytest.fail("the tables are not there yet")
    stand_in.jobs.clear()
    with door.transaction():
        pass

    texts = [text.lower() for text in stand_in.texts()]
    places = [
        next(place for place, text in enumerate(texts) if words in text)
        for words in (TURN, "add column if not exists email_key", "abort_session")
    ]
    assert places == sorted(places)
    assert door.ask("select count(*) as n from trait_changes").to_pylist() == [{"n": 2}]
