"""What a real account has to stand, on Snowflake's stand-in, behind Snowflake's own client."""

from __future__ import annotations

from pathlib import Path

import pytest
from snowflake.connector.connection import SnowflakeConnection as Session

from listrak.warehouse.snowflake.transaction import SnowflakeTransaction
from listrak.warehouse.tables import SCHEMA_VERSION
from listrak.warehouse.warehouse import Parameter
from tests.unit.warehouse import test_upgrade
from tests.unit.warehouse.accounts.checks import CHECKS
from tests.unit.warehouse.accounts.snowflake import SnowflakeAccount
from tests.unit.warehouse.promises import PROMISES, asking

TURN = "warehouse/take_turn"


@pytest.fixture(scope="module")
def account(snowflake_stand_in: SnowflakeAccount) -> SnowflakeAccount:
    return snowflake_stand_in.fresh()


@pytest.mark.parametrize("check", CHECKS)
def test_stand_in_stands_what_a_real_account_would(
    check: str, account: SnowflakeAccount, tmp_path: Path
) -> None:
    # To make the tables takes most of a promise's time: they are made once, and emptied.
    may_find_tables = check in PROMISES and "before_any_run" not in check
    CHECKS[check](account.emptied() if may_find_tables else account.fresh(), tmp_path)


def test_upgrade_happens_once(snowflake_stand_in: SnowflakeAccount) -> None:
    account = snowflake_stand_in.fresh()
    account.change(test_upgrade.VERSION_1)

    test_upgrade.test_upgrade_happens_once(account.door(), asking(account.door()))


@pytest.fixture
def old(snowflake_stand_in: SnowflakeAccount) -> SnowflakeAccount:
    account = snowflake_stand_in.fresh()
    account.change(test_upgrade.VERSION_1)
    return account


def versions(account: SnowflakeAccount) -> list[int]:
    return [version for (version,) in account.run("select version from schema_version order by 1")]


def test_upgrade_is_kept_whatever_becomes_of_the_step_that_made_it(old: SnowflakeAccount) -> None:
    with pytest.raises(KeyError), old.door().transaction():
        raise KeyError

    assert versions(old) == [1, SCHEMA_VERSION]


def test_first_tables_are_kept_whatever_becomes_of_the_step_that_made_them(
    snowflake_stand_in: SnowflakeAccount,
) -> None:
    account = snowflake_stand_in.fresh()

    with pytest.raises(KeyError), account.door().transaction():
        raise KeyError

    assert versions(account) == [SCHEMA_VERSION]


def test_who_waited_for_the_turn_finds_the_tables_upgraded(
    old: SnowflakeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = SnowflakeTransaction.execute
    ran: list[str] = []

    def wait_first(self: SnowflakeTransaction, name: str, /, **parameters: Parameter) -> int:
        ran.append(name)
        if ran.count(TURN) == 1 and name == TURN:  # meanwhile another task has it
            with monkeypatch.context() as other:
                other.setattr(SnowflakeTransaction, "execute", execute)
                with old.door().transaction():
                    pass
        return execute(self, name, **parameters)

    monkeypatch.setattr(SnowflakeTransaction, "execute", wait_first)
    with old.door().transaction():
        pass

    assert versions(old) == [1, SCHEMA_VERSION]
    assert [name for name in ran if not name.startswith("warehouse/")] == []


def test_steps_are_made_by_who_has_the_turn(
    old: SnowflakeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = SnowflakeTransaction.execute
    ran: list[tuple[Session, str]] = []

    def note(self: SnowflakeTransaction, name: str, /, **parameters: Parameter) -> int:
        ran.append((self.session, name))
        return execute(self, name, **parameters)

    monkeypatch.setattr(SnowflakeTransaction, "execute", note)
    with old.door().transaction():
        pass

    (holder, first), *steps, (keeper, last), (_, next_turn) = ran
    assert (first, last, next_turn) == (TURN, "warehouse/set_schema_version", TURN)
    assert holder is keeper
    assert holder not in [session for session, _ in steps]
    assert "upgrades/2_04_add_trait" in [name for _, name in steps]
