"""Every statement that Redshift would get, against what its documents rule out."""

from __future__ import annotations

import pyarrow as pa
import sqlglot
from sqlglot import exp

from listrak.warehouse.dialect import DIALECTS, written_for
from listrak.warehouse.redshift.rows import (
    COLUMN_TYPES,
    append_rows,
    copy_rows,
    create_rows,
    drop_rows,
    limit_waiting,
)
from tests.unit.warehouse.redshift_limits import broken_rules, must_stand_alone
from tests.unit.warehouse.test_statements import ALL_STATEMENTS

OTHERS = tuple(f"{engine}/" for engine in DIALECTS if engine != "redshift")
STATEMENTS = [name for name in ALL_STATEMENTS if not name.startswith(OTHERS)]


def parsed(text: str) -> exp.Expr:
    [tree] = sqlglot.parse(text, read="redshift")
    assert tree is not None
    return tree


def test_every_statement_keeps_to_what_redshift_documents() -> None:
    texts = {name: written_for("redshift", name).text for name in STATEMENTS}
    # sqlglot does not know it; there is nothing in it that could break a rule.
    del texts["redshift/begin_reading"]

    broken = {name: broken_rules(parsed(text)) for name, text in texts.items()}

    assert {name: rules for name, rules in broken.items() if rules} == {}
    assert len(broken) > 100


def test_statements_made_up_for_rows_keep_to_it_too() -> None:
    schema = pa.schema([pa.field(f"a{number}", each) for number, each in enumerate(COLUMN_TYPES)])
    texts = [
        create_rows("changes", schema),
        append_rows("changes", "listrak.runs", ["timestamp", "source"]),
        copy_rows("changes", "s3://bucket/1.parquet", "arn:aws:iam::1:role/r"),
        drop_rows("changes"),
        limit_waiting(0.5),
    ]

    assert [broken_rules(parsed(text)) for text in texts] == [[]] * len(texts)


def test_every_statement_can_be_taken_back() -> None:
    alone = [name for name in STATEMENTS if must_stand_alone(written_for("redshift", name).text)]

    assert alone == []
    assert must_stand_alone("-- Purpose: x\nvacuum listrak.runs")
    assert must_stand_alone("alter table a append from b")


BROKEN = {
    "select tag from t": "tag is reserved",
    f"select {'é' * 64} from t": "is too long",
    'select "A" from t': "not in lower case",
    "select count(*) filter (where a) from t": "Filter is not known",
    "select 1 from t where a is distinct from b": "NullSafeNEQ is not known",
    "insert into t (a) values (1) on conflict do nothing": "OnConflict is not known",
    "select distinct on (a) a from t": "Distinct is not known",
    "select a from (values (1)) as v (a)": "Values is not known",
    "merge into t using s on t.a = s.a when matched then delete": "MERGE is not used",
    "select generate_series(1, 2)": "is no function",
    "create table t (a varchar)": "256 bytes only",
    "create table t (a uuid)": "is no type",
    "select a - interval '1 fortnight' from t": "is no interval",
    "select a from t where b = $1": "parameters are ?",
    "select sum(a) over (order by b) from t": "needs a frame of rows",
    "select lag(a) over (partition by b) from t": "lag needs an order",
    "select row_number() over (order by b desc nulls last) from t": "no nulls clause",
    "select row_number() over (order by 'b') from t": "sorted by a constant",
    "update t as u set a = 1": "the target has no alias",
    "update t set a = s.a from s left join r on s.a = r.a where t.a = s.a": "not of a join",
    "update t set a = t.a from t where t.a = t.a": "under its own name",
    "update t set a = s.a from s where t.a < s.a": "part of an equijoin",
    "with c as (select 'x' as a) select a from c": "has no type",
    "alter table t add column a integer not null": "may be null",
    "select 1 from information_schema.tables, listrak.runs": "asked alone",
    "select a is true from t": "outside of WHERE",
    # The examples of Redshift's own page:
    "select event.a from event where not exists (select 1 from listing where not exists "
    "(select 1 from sales where event.id = sales.id))": "skips a query",
    "select 1 from category left join event on category.a = event.a and b = "
    "(select max(c) from sales where sales.id = event.id)": "the ON of an outer join",
    "select 1 from sales as s where a not in (select sum(n) over () from listing as l "
    "where s.id = l.id)": "has a window function",
    "select listing.id, (select count(sales.id) from sales where sales.id = listing.id) as list "
    "from listing group by list, listing.id": "a column of what is grouped",
    "select 1 from listing where id in (select sum(q) from sales group by s)": "looked for with IN",
}  # fmt: skip


def test_each_rule_is_broken_by_what_breaks_it() -> None:
    found = {text: broken_rules(parsed(text)) for text in BROKEN}

    missed = {text: found[text] for text, rule in BROKEN.items() if rule not in str(found[text])}
    assert missed == {}


def test_what_may_be_correlated_is_let_through() -> None:
    may = (
        "select 1 from sales as s where a = (select max(n) from listing as l where s.id = l.id)",
        "select 1 from listing where id in (select max(q) from sales group by s)",
        "delete from t where exists (select 1 from s where s.a = t.a)",
    )

    assert [broken_rules(parsed(text)) for text in may] == [[], [], []]
