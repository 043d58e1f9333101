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
