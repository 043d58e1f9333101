from __future__ import annotations

import pytest

from listrak.errors import QuestionError
from listrak.warehouse.snowflake.questions import only_question


@pytest.mark.parametrize(
    "text",
    [
        "select 1",
        "select email from members;",
        "with a as (select 1 as b) select b from a -- all",
        "select 1 union all select 2",
        "(select 1)",
        "show tables",
        "select '->>' as arrow",
        "describe table runs",
        "select * from table(information_schema.task_history())",
        "select * from identifier('runs')",
        "select nextval from runs",
    ],
)
def test_question_is_asked_as_it_stands(text: str) -> None:
    assert only_question(text, []) == (text, [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-- nothing",
        "delete from runs",
        "insert into runs select * from runs",
        "merge into runs using runs as r on true when matched then delete",
        "create or replace view runs as select 1",
        "drop table runs",
        "truncate table runs",
        "alter session set autocommit = true",
        "call do_it()",
        "copy into runs from @rows_under_way",
        "copy into @rows_under_way from (select * from runs)",
        "copy into 's3://bucket/runs' from runs",
        "put file:///tmp/x @rows_under_way",
        "get @rows_under_way file:///tmp",
        "explain drop table runs",
        "select numbers.nextval",
        "select a.NextVal + 1 from runs, listrak.numbers as a",
        "select n.nextval from table(getnextval(numbers)) as n",
        "select n.* from runs, table(GETNEXTVAL(numbers)) as n",
        "select identifier('system$cancel_all_queries')(1)",
        "select identifier('numbers.nextval')",
        "remove @rows_under_way",
        "execute immediate 'drop table runs'",
        "begin drop table runs; end",
        "commit",
        "use schema public",
        "select 1; drop table runs",
        "select system$abort_transaction(1)",
        "select SYSTEM$CANCEL_QUERY('x')",
        "grant select on runs to role public",
        "select 1 ->> drop table runs",
        "show tables ->> drop table runs",
        "with gone as (delete from runs) select 1",
    ],
)
def test_whatever_may_change_something_is_refused(text: str) -> None:
    with pytest.raises(QuestionError, match=r"read-only|cannot be read"):
        only_question(text, [])


@pytest.mark.parametrize("text", ["select (\nfrom", "select 'no\nend"])
def test_what_is_no_sql_is_told_in_one_line(text: str) -> None:
    with pytest.raises(QuestionError, match=r"^This cannot be read[^\n]*$"):
        only_question(text, [])


def test_values_follow_the_numbers_in_the_text() -> None:
    text, values = only_question("select $2 as b, $1 as a where a = $2", ["x", 7])

    assert text.count("?") == 3
    assert values == [7, "x", 7]


def test_saved_query_keeps_its_markers() -> None:
    text, values = only_question("select email from members where list_id = ?", [7])

    assert text.endswith("= ?")
    assert values == [7]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("select $2", "there are 1"),
        ("select $one", "there are 1"),
        ("select " + "(" * 3000 + "1" + ")" * 3000, "cannot be read"),
    ],
)
def test_odd_question_ends_in_one_line(text: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        only_question(text, ["x"])
