"""What is Snowflake's own: logins, rights, an account that is away, DDL that commits."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pytest
from snowflake.connector.errors import Error, OperationalError, ProgrammingError

from listrak.errors import WarehouseRefusedError, WarehouseUnavailableError
from listrak.warehouse.snowflake import SnowflakeDatabase, SnowflakeTransaction
from listrak.warehouse.snowflake_errors import snowflake_error
from tests.unit.scripted_server import ScriptedHandler, served
from tests.unit.snowflake_account import SnowflakeAccount, stand_in_settings
from tests.unit.warehouse.test_warehouse import CHANGES, PLANNED, RUN


@dataclass
class Refusal:
    """What Snowflake says to a login."""

    message: str
    code: str = "390100"
    status: int = 200
    url: str = ""
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def door(self) -> SnowflakeDatabase:
        return SnowflakeDatabase(stand_in_settings(int(self.url.rpartition(":")[2])))


class LoginHandler(ScriptedHandler):
    def do_POST(self) -> None:  # noqa: N802 (the base class's name)
        script = self.server.script  # type: ignore[attr-defined]
        self.rfile.read(int(self.headers["Content-Length"]))
        said = {"success": False, "code": script.code, "message": script.message, "data": {}}
        body = json.dumps(said).encode()
        self.send_response(script.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (Refusal("Incorrect username or password was specified."), "login or password: correct"),
        (Refusal("JWT token is invalid. [1f2e]", "390144"), "does not take the key"),
        (
            Refusal("The requested database does not exist or not authorized.", "390201"),
            "extra `database` names it",
        ),
        (
            Refusal("The requested warehouse does not exist or not authorized.", "390201"),
            "virtual warehouse",
        ),
        (Refusal("Role 'X' specified in the connect string is not granted.", "390189"), "role"),
        (Refusal("Failed: Multi-factor authentication is required", "390197"), "second factor"),
        (Refusal("IP 1.2.3.4 is not allowed to access Snowflake.", "390420"), "network policies"),
        (Refusal("", status=403), "not an account there"),
    ],
)
def test_refused_login_says_what_to_correct(refusal: Refusal, words: str) -> None:
    with (
        served(refusal, LoginHandler),
        pytest.raises(WarehouseRefusedError, match=words) as caught,
        refusal.door.transaction(),
    ):
        pytest.fail("it was refused")

    shown = f"{caught.value!r} {caught.value} {refusal.door!r}"
    assert "`warehouse_default`" in shown
    assert "s3cret" not in shown
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("refusal", [Refusal("busy", "390000"), Refusal("", status=503)])
def test_account_that_is_away_is_tried_again(
    refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listrak.warehouse.snowflake_login.LOGIN_SECONDS", 2)

    with (
        served(refusal, LoginHandler),
        pytest.raises(WarehouseUnavailableError, match="cannot be reached"),
        refusal.door.transaction(),
    ):
        pytest.fail("it is away")


def test_nobody_there_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("listrak.warehouse.snowflake_login.LOGIN_SECONDS", 2)

    with (
        pytest.raises(WarehouseUnavailableError, match="cannot be reached"),
        SnowflakeDatabase(stand_in_settings(1)).transaction(),
    ):
        pytest.fail("nobody listens there")


@pytest.mark.parametrize(
    ("number", "state", "kind", "words"),
    [
        (604, "57014", WarehouseUnavailableError, "`show locks`"),
        (390114, "n/a", WarehouseUnavailableError, "ended the session"),
        (250003, None, WarehouseUnavailableError, "is away"),
        (290503, None, WarehouseUnavailableError, "is away"),
        (580500, None, WarehouseUnavailableError, "is away"),
        (606, "57P03", WarehouseRefusedError, "extra `warehouse`"),
        (90073, "22000", WarehouseRefusedError, "quota is used up"),
        (3001, "42501", WarehouseRefusedError, "lacks a right"),
        (2003, "42S02", WarehouseRefusedError, "lacks an object"),
        (100038, "22018", WarehouseRefusedError, "refused a statement"),
    ],
)
def test_each_error_is_grouped_by_what_to_do_and_quotes_nothing(
    number: int, state: str | None, kind: type[Exception], words: str
) -> None:
    error = Error("Numeric value 'ann@x.example' is not recognized", number, state)

    told = snowflake_error(error, "Connection `w`", 600)

    assert isinstance(told, kind)
    assert words in str(told)
    assert "Nothing of this step was kept" in str(told)
    assert "@" not in str(told)


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
    door = snowflake.door()

    with pytest.raises(KeyError), door.transaction() as transaction:  # noqa: PT012 (both belong to one transaction)
        transaction.insert("trait_changes", CHANGES)
        transaction.execute("diff/create_differences")
        transaction.lend("planned_calls", PLANNED)
        transaction.lend("planned_calls", PLANNED.slice(0, 0))
        transaction.execute("load/assign_calls", source="s")
        raise KeyError

    assert door.ask("select count(*) as rows_kept from trait_changes").to_pylist() == [
        {"rows_kept": 0}
    ]


def test_no_file_stays_where_rows_pass_through(snowflake: SnowflakeAccount) -> None:
    with snowflake.door().transaction() as transaction:
        transaction.insert("runs", RUN)

    assert snowflake.run("list @rows_under_way") == []


def test_ddl_in_the_middle_would_be_noticed(snowflake: SnowflakeAccount) -> None:
    door = snowflake.door()

    with pytest.raises(KeyError), door.transaction() as transaction:  # noqa: PT012 (both belong to one transaction)
        transaction.insert("runs", RUN)
        transaction.run("create temporary table in_the_middle (a varchar)")
        raise KeyError

    assert door.ask("select run_id from runs").num_rows == 1


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
def cut_off(snowflake: SnowflakeAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    def commit(self: object) -> None:
        raise OperationalError("lost", errno=250003)

    with snowflake.door().transaction():
        pass
    monkeypatch.setattr("snowflake.connector.connection.SnowflakeConnection.commit", commit)
    yield snowflake.settings.conn_id


def test_lost_commit_is_said_to_be_in_doubt(snowflake: SnowflakeAccount, cut_off: str) -> None:
    with (
        pytest.raises(WarehouseUnavailableError, match="whether this step was kept") as caught,
        snowflake.door().transaction(),
    ):
        pass

    assert cut_off in str(caught.value)


def test_file_that_no_table_took_is_taken_away(
    snowflake: SnowflakeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    run: list[str] = []

    def remembered(_self: SnowflakeTransaction, text: str) -> None:
        run.append(text)

    with pytest.raises(ProgrammingError), snowflake.door()._logged_in() as transaction:
        monkeypatch.setattr(SnowflakeTransaction, "run", remembered)
        transaction._copy("nowhere.at_all", RUN)

    assert [text.split("\n")[-2].startswith("remove @listrak") for text in run] == [True]
