"""What a real account has to stand, on Snowflake's stand-in, behind Snowflake's own client."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.warehouse import test_upgrade
from tests.unit.warehouse.accounts.checks import CHECKS
from tests.unit.warehouse.accounts.snowflake import SnowflakeAccount
from tests.unit.warehouse.promises import PROMISES, asking


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
