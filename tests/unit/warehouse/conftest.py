"""The warehouses that only some of the door's tests run on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.warehouse.accounts.snowflake import SnowflakeAccount, running_stand_in


@pytest.fixture(scope="session")
def snowflake_stand_in() -> Iterator[SnowflakeAccount]:
    with running_stand_in() as running:
        yield running


@pytest.fixture
def snowflake(snowflake_stand_in: SnowflakeAccount) -> SnowflakeAccount:
    """Return an account with an empty database."""
    return snowflake_stand_in.fresh()
