"""Real accounts of Snowflake, Redshift and BigQuery, each where its variable names one.

The variables hold an Airflow connection, as JSON or as a URI, to a database or project TO THROW
AWAY: its schema `listrak` is dropped before every test. `scripts/test -m real_warehouse` runs these
tests; without the option they are left out.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import pytest
from airflow.models.connection import Connection

from tests.unit.warehouse.accounts.account import Account
from tests.unit.warehouse.accounts.checks import CHECKS

# By the name of the dialect, which is that of the module under accounts/, too.
VARIABLES = {
    "snowflake": "LISTRAK_TEST_SNOWFLAKE",
    "redshift": "LISTRAK_TEST_REDSHIFT",
    "bigquery": "LISTRAK_TEST_BIGQUERY",
}
NAMED = [engine for engine, variable in VARIABLES.items() if os.environ.get(variable)]
NONE = pytest.mark.skip(reason=f"no account is named by {', '.join(VARIABLES.values())}")
CASES = [pytest.param(engine, name, id=f"{engine}-{name}") for engine in NAMED for name in CHECKS]

pytestmark = pytest.mark.real_warehouse


@pytest.mark.parametrize(
    ("engine", "check"), CASES or [pytest.param("", "", id="none", marks=NONE)]
)
def test_account_stands(engine: str, check: str, tmp_path: Path) -> None:
    CHECKS[check](named_account(engine).fresh(), tmp_path)


def named_account(engine: str) -> Account:
    """Return the account that the engine's variable names."""
    text = os.environ[VARIABLES[engine]]
    is_json = text.lstrip().startswith("{")
    fields = Connection.from_json(text) if is_json else Connection(uri=text)
    fields.conn_id = "warehouse_default"
    account: Account = import_module(f"{__package__}.accounts.{engine}").named_account(fields)
    return account
