"""Every statement in BigQuery's dialect keeps within the documented limits."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from listrak.warehouse.dialect import written_for
from listrak.warehouse.statements import statement
from tests.unit.warehouse.bigquery.limits import broken_limits
from tests.unit.warehouse.bigquery.statements import OWN_TABLES, STATEMENTS, digests, taken


def test_google_took_every_statement_as_it_is_now() -> None:
    changed = [name for name, digest in digests().items() if taken().get(name) != digest]

    assert changed == [], "`scripts/test -m googlesql` asks Google's analyzer and notes its word"


def test_every_statement_keeps_within_the_documented_limits() -> None:
    broken = {}
    for name in STATEMENTS:
        text = written_for("bigquery", name).text
        broken[name] = broken_limits(name, text, sqlglot.parse_one(text, read="bigquery"))

    assert {name: words for name, words in broken.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("update listrak.runs set asked = 'x'", "no where"),
        ("insert into listrak.runs select * from other", "insert without columns"),
        ("create index a on listrak.runs (source)", "create INDEX"),
        ("create table listrak.runs (a string primary key)", "a key"),
        ("create table listrak.runs (a int64)", "not in a transaction"),
        ("create view v as select @a as a", "a view with a parameter"),
        ("alter table listrak.runs drop column a", "alter table other than"),
        ("alter table listrak.runs add column a string not null", "alter table other than"),
        ("select a from t full outer join u on t.a > u.a", "FULL join without"),
        ("select a from t left join u on t.a = u.a or t.b = u.b", "LEFT join without"),
        ("select a from t where exists (select 1 from u where u.a > t.a)", "correlated by t.a"),
        ("select (select u.a from u where u.b = t.b) as a from t", "correlated by t.b"),
        ("select (select max(u.a) from u where u.b > t.b) as a from t", "correlated by t.b"),
        ("drop table listrak.runs", "not in a transaction"),
        ("select cast(a as geography) as a from t", "GEOGRAPHY is no type"),
        ("select a as groups from t", "groups is no name"),
        ("select ? as a", "named and positional"),
    ],
)
def test_limit_would_be_noticed(text: str, words: str) -> None:
    broken = broken_limits("load/some", text, sqlglot.parse_one(text, read="bigquery"))

    assert [each for each in broken if each.startswith(words)], broken


def test_statements_stay_as_they_are_when_read_again() -> None:
    for name in STATEMENTS:
        text = written_for("bigquery", name).text
        read = sqlglot.parse_one(text, read="bigquery").sql("bigquery", comments=False)

        assert sqlglot.parse_one(read, read="bigquery").sql("bigquery", comments=False) == read
        if not name.startswith("bigquery/"):
            assert read == text


@pytest.mark.parametrize("name", OWN_TABLES)
def test_own_tables_have_the_columns_of_the_common_ones(name: str) -> None:
    own = sqlglot.parse_one(statement(name), read="bigquery")
    common = written_for("bigquery", name.removeprefix("bigquery/")).text

    assert columns(own) == columns(sqlglot.parse_one(common, read="bigquery"))


def columns(tree: exp.Expr) -> list[str]:
    return [each.sql("bigquery", comments=False) for each in tree.find_all(exp.ColumnDef)]
