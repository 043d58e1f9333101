"""Where the rows of Redshift's big tables lie, which no stand-in knows."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from listrak.warehouse.dialect import written_for
from listrak.warehouse.statements import table_names
from tests.unit.warehouse.redshift_stand_in import KEYS, without_keys
from tests.unit.warehouse.test_statements import columns

KEYED = ("02_contact_versions", "03_trait_changes", "04_identify_calls", "06_staged_contacts")


def parsed(name: str) -> exp.Expr:
    return sqlglot.parse_one(written_for("redshift", name).text, read="redshift")


@pytest.mark.parametrize("stem", KEYED)
def test_keys_of_a_table_are_columns_of_it(stem: str) -> None:
    own = parsed(f"redshift/tables/{stem}")

    assert f"redshift/tables/{stem}" in table_names("redshift")
    keys = own.find(exp.DistKeyProperty), own.find(exp.SortKeyProperty)
    named = {name.name for key in keys if key for name in key.find_all(exp.Identifier)}
    assert len(named) > 1
    assert named <= {name for name, *_ in columns(own)}


def test_stand_in_leaves_out_where_rows_lie_and_nothing_else() -> None:
    keyed = 0
    for name in table_names("redshift"):
        text = written_for("redshift", name).text
        said, meant = (
            sqlglot.parse_one(each, read="redshift") for each in (without_keys(text), text)
        )
        if laid := [*meant.find_all(*KEYS)]:
            keyed += 1
            meant.set("properties", None)
        assert said.sql(comments=False) == meant.sql(comments=False)
        assert not laid or {type(each) for each in laid} == set(KEYS)
    assert keyed == 4
