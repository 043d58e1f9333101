"""What a person may ask of Snowflake: it has no transactions that only read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import SqlglotError

from listrak.errors import QuestionError
from listrak.warehouse.dialect import marked, named
from listrak.warehouse.warehouse import Parameter


def only_question(text: str, values: Sequence[Parameter]) -> tuple[str, list[Parameter]]:
    """Return a statement that changes nothing, with `?` for each `$1` and so on, and its values.

    One that has `?` already stays as it is. Raises QuestionError for any statement that is no
    question, and for several at once.
    """
    try:
        trees = [tree for tree in sqlglot.parse(text, read="snowflake") if tree is not None]
        hands_on = any(
            token.token_type is TokenType.DARROW for token in sqlglot.tokenize(text, "snowflake")
        )
    except (SqlglotError, RecursionError) as error:
        words = " ".join(str(error).split())
        raise QuestionError(f"This cannot be read as Snowflake's SQL: {words}") from None
    # `->>` hands an answer on to a further statement, which sqlglot takes for a part of this one:
    # https://docs.snowflake.com/en/sql-reference/operators-flow
    if hands_on or len(trees) != 1 or not _only_reads(trees[0]):
        raise QuestionError(
            "This is read-only: it answers one statement that begins with select, with, show or "
            "describe, calls no system function, takes no number of a sequence, and has "
            "identifier() for tables alone. Nothing was changed."
        )
    return _marked(trees[0], values) if values else (text, [])


def _only_reads(tree: exp.Expr) -> bool:
    is_question = isinstance(tree, exp.Query | exp.Show | exp.Describe)
    changes = tree.find(exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Command)
    return is_question and not changes and not any(map(_may_change, tree.walk()))


def _may_change(node: exp.Expr) -> bool:
    """Whether it takes a sequence's next number, or calls what does more than answer."""
    name = node.name.lower()
    if isinstance(node, exp.Column):
        return name == "nextval" and bool(node.table)
    if isinstance(node, exp.DynamicIdentifier):  # a function, for all that can be known
        return not isinstance(node.parent, exp.Table)
    is_call = isinstance(node, exp.Anonymous)
    return is_call and (name == "getnextval" or name.startswith("system$"))


def _marked(tree: exp.Expr, values: Sequence[Parameter]) -> tuple[str, list[Parameter]]:
    if tree.find(exp.Placeholder):
        return tree.sql("snowflake"), list(values)
    text, numbers = marked(tree.transform(_numbered).sql("snowflake"), "?")
    if any(not number.isdecimal() or not 0 < int(number) <= len(values) for number in numbers):
        raise QuestionError(f"It names a parameter that is not given: there are {len(values)}.")
    return text, [values[int(number) - 1] for number in numbers]


def _numbered(node: exp.Expr) -> exp.Expr:
    # A question reads no file, of which `$1` would be a column.
    return named(node.name) if isinstance(node, exp.Parameter) else node
