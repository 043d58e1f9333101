"""What a person may not ask of a PostgreSQL, and what has no answer that can be shown."""

from __future__ import annotations

import pytest

from listrak.errors import QuestionError
from listrak.warehouse.postgres.server import PostgresServer
from tests.unit.postgres_cluster import PostgresCluster


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("copy (select 1) to program 'true'", "read-only"),
        ("/* no */ COPY (select 1) to '/tmp/x'", "read-only"),
        ("; copy (select 1) to program 'true'", "read-only"),
        (r"copy (select E'\'') to program 'true'", "read-only"),
        (r"copy (select U&'\0041') to program 'true'", "read-only"),
        ("do $$ begin copy (select 1) to program 'true'; end $$", "read-only"),
        ("call listrak.export()", "read-only"),
        ("-- nothing", "read-only"),
        ("select 'no end", "cannot be read"),
        ("select row(1, 'a')", "Cast it to text"),
        ("select 'infinity'::interval", "Cast it to text"),
        ("select '\udcff'", "is none"),
    ],
)
def test_odd_question_ends_in_one_line(
    text: str, message: str, postgres_server: PostgresServer
) -> None:
    with pytest.raises(QuestionError, match=message):
        postgres_server.ask(text)


@pytest.mark.parametrize(
    "text",
    [
        "values (1)",
        "(select 1);",
        "/* one */ with a as (select 1) select * from a",
        "SHOW timezone",
        "table pg_am",
        "explain select 1",
    ],
)
def test_whatever_reads_is_answered(text: str, postgres_server: PostgresServer) -> None:
    assert postgres_server.ask(text).num_rows > 0


def test_parameter_that_is_no_text_is_refused(postgres_server: PostgresServer) -> None:
    with pytest.raises(QuestionError, match="is none"):
        postgres_server.ask("select $1", ["\udcff@x.example"])


def test_statement_ends_soon_after_its_client(cluster: PostgresCluster) -> None:
    with cluster.door().transaction() as transaction:
        shown = transaction.answer("select current_setting('client_connection_check_interval')", [])

    assert shown.column(0)[0].as_py() == "10s"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("select 1 / 0", "division by zero"),
        ("select 'ERROR: x'::integer", 'invalid input syntax for type integer: "ERROR: x"'),
        ("select where_is from snapshots where list_id = $1", 'column "where_is" does not exist'),
        ("select\n1 from", "syntax error at end of input"),
    ],
)
def test_mistake_is_told_in_postgres_own_words_without_the_question(
    text: str, said: str, postgres_server: PostgresServer
) -> None:
    with postgres_server.transaction():
        pass

    with pytest.raises(QuestionError) as caught:
        postgres_server.ask(text, [1] if "$1" in text else [])

    assert str(caught.value) == said


def test_question_before_there_are_tables_says_so(postgres_server: PostgresServer) -> None:
    with pytest.raises(QuestionError, match=r"^There are no tables yet: no run has written any\."):
        postgres_server.ask("select * from snapshots")
