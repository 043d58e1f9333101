"""The grants that the documents give a Redshift's administrator, as PostgreSQL knows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from listrak.errors import WarehouseRefusedError
from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact
from listrak.warehouse.redshift.cluster import RedshiftCluster
from listrak.warehouse.tables import ddl
from tests.conftest import ROOT
from tests.unit.administrator import DATABASE, by_psql
from tests.unit.diff.deciding import DAY, FIRST
from tests.unit.inspect.history import live
from tests.unit.postgres_cluster import PostgresCluster
from tests.unit.warehouse.accounts.redshift import RedshiftAccount
from tests.unit.warehouse.redshift_stand_in import FUNCTIONS, for_postgres, standing_in

ONLY_REDSHIFTS = " session timeout 900"


def readme_grants() -> str:
    text = (ROOT / "docs/warehouses.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    [block] = [block for block in blocks if ONLY_REDSHIFTS in block]
    return block.replace(ONLY_REDSHIFTS, "")


@pytest.fixture
def account(cluster: PostgresCluster, tmp_path: Path) -> Iterator[RedshiftAccount]:
    """A database as its administrator leaves it; nobody else may do anything there."""
    cluster.run(f"create database {DATABASE}")
    cluster.run(f"revoke temporary on database {DATABASE} from public")
    printed = "\n".join(f"{for_postgres(text)};" for text in ddl("redshift"))
    for text in (FUNCTIONS, printed, readme_grants()):
        by_psql(cluster, DATABASE, text)
    with standing_in(cluster, tmp_path) as found:
        yield found
    cluster.run(f"drop database {DATABASE} with (force)")
    cluster.run("drop role listrak_to_segment; drop role listrak_reader")


def door(account: RedshiftAccount, login: str) -> RedshiftCluster:
    options = {**account.settings.options, "database": DATABASE, "user": login}
    return account.opened(replace(account.settings, options=options))


def test_readmes_grants_are_all_that_the_program_and_a_reader_need(
    account: RedshiftAccount,
) -> None:
    program, reader = (door(account, login) for login in ("listrak_to_segment", "listrak_reader"))

    live(program)
    forgotten = forget_contact(program, address_sha256("ann@x"), FIRST + 9 * DAY)

    assert forgotten.versions == 3
    [counted] = reader.ask("select count(*) as runs from runs").to_pylist()
    assert counted["runs"] > 1
    with pytest.raises(WarehouseRefusedError, match="lacks a right"):
        forget_contact(reader, address_sha256("bob@x"), FIRST)
