"""A login that Snowflake refuses, an account that is away, and what each error asks to do."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field

import pytest
from snowflake.connector.errors import Error

from listrak.errors import WarehouseRefusedError, WarehouseUnavailableError
from listrak.warehouse.snowflake.database import SnowflakeDatabase
from listrak.warehouse.snowflake.errors import snowflake_error
from tests.unit.scripted_server import ScriptedHandler, served
from tests.unit.warehouse.accounts.snowflake import stand_in_settings


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
    monkeypatch.setattr("listrak.warehouse.snowflake.login.LOGIN_SECONDS", 2)

    with (
        served(refusal, LoginHandler),
        pytest.raises(WarehouseUnavailableError, match="cannot be reached"),
        refusal.door.transaction(),
    ):
        pytest.fail("it is away")


def test_nobody_there_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("listrak.warehouse.snowflake.login.LOGIN_SECONDS", 2)

    with (
        pytest.raises(WarehouseUnavailableError, match="cannot be reached"),
        SnowflakeDatabase(stand_in_settings(1)).transaction(),
    ):
        pytest.fail("nobody listens there")


@pytest.mark.parametrize(
    ("number", "state", "kind", "words"),
    [
        (604, "57014", WarehouseUnavailableError, "`show locks`"),
        (390111, "n/a", WarehouseUnavailableError, "ended the session"),
        (390114, "n/a", WarehouseUnavailableError, "ended the session"),
        (625, "57014", WarehouseUnavailableError, "still writing after 600 s"),
        (603, "XX000", WarehouseUnavailableError, "an error of its own"),
        (250003, None, WarehouseUnavailableError, "is away"),
        (290503, None, WarehouseUnavailableError, "is away"),
        (580500, None, WarehouseUnavailableError, "is away"),
        (606, "57P03", WarehouseRefusedError, "extra `warehouse`"),
        (90073, "22000", WarehouseRefusedError, "quota is used up"),
        (3001, "42501", WarehouseRefusedError, "lacks a right"),
        (2003, "42S02", WarehouseRefusedError, "lacks an object"),
        (2043, "02000", WarehouseRefusedError, "lacks an object"),
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
