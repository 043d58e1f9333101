"""The warehouses that only some of the door's tests run on."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.unit.snowflake_account import VARIABLE, SnowflakeAccount, named_account, running_stand_in

REAL = (
    pytest.mark.real_warehouse,
    pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} names no real account"),
)


@pytest.fixture(scope="session", params=["stand_in", pytest.param("real", marks=REAL)])
def account(request: pytest.FixtureRequest) -> Iterator[SnowflakeAccount]:
    """Snowflake's stand-in, and a real account where the environment names one."""
    if request.param == "real":
        yield named_account()
        return
    with running_stand_in() as running:
        yield running


@pytest.fixture
def snowflake(account: SnowflakeAccount) -> SnowflakeAccount:
    """Return an account with an empty database."""
    return account.fresh()
