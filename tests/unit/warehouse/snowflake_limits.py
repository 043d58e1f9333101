"""Snowflake's documented limits, as rules over a statement that sqlglot has read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sqlglot import exp

Rule = Callable[[exp.Expr], Iterator[object]]
# https://docs.snowflake.com/en/sql-reference/reserved-keywords: what no column or table may be.
RESERVED = frozenset((
    "account", "all", "alter", "and", "any", "as", "between", "by", "case", "cast", "check",
    "column", "connect", "connection", "constraint", "create", "cross", "current", "current_date",
    "current_time", "current_timestamp", "current_user", "database", "delete", "distinct", "drop",
    "else", "exists", "false", "following", "for", "from", "full", "grant", "group", "gscluster",
    "having", "ilike", "in", "increment", "inner", "insert", "intersect", "into", "is", "issue",
    "join", "lateral", "left", "like", "localtime", "localtimestamp", "minus", "natural", "not",
    "null", "of", "on", "or", "order", "organization", "qualify", "regexp", "revoke", "right",
    "rlike", "row", "rows", "sample", "schema", "select", "set", "some", "start", "table",
    "tablesample", "then", "to", "trigger", "true", "try_cast", "union", "unique", "update",
    "using", "values", "view", "when", "whenever", "where", "with",
))  # fmt: skip
# https://docs.snowflake.com/en/sql-reference/functions-all
FUNCTIONS = frozenset((
    "coalesce", "count", "count_if", "datediff", "greatest_ignore_nulls", "iff", "lag", "lower",
    "max", "min", "nullif", "round", "row_number", "sha2", "sum",
))  # fmt: skip
# https://docs.snowflake.com/en/sql-reference/intro-summary-data-types
TYPES = frozenset((
    "bigint", "boolean", "date", "decimal", "double", "int", "number", "timestampntz", "varchar",
))  # fmt: skip
IDENTIFIER = re.compile(r"[a-z_][a-z0-9_$]{0,254}")
QUERIES = (exp.Exists, exp.In, exp.Any, exp.All)


def reserved_words(tree: exp.Expr) -> Iterator[object]:
    for each in tree.find_all(exp.Identifier):
        if each.name.lower() in RESERVED:
            yield each


def names(tree: exp.Expr) -> Iterator[object]:
    """Unquoted and short, so that they are the same in any case.

    https://docs.snowflake.com/en/sql-reference/identifiers-syntax
    """
    for each in tree.find_all(exp.Identifier):
        if each.args.get("quoted") or not IDENTIFIER.fullmatch(each.name):
            yield each


def functions(tree: exp.Expr) -> Iterator[object]:
    called = re.findall(r"\b(\w+)\(", tree.sql("snowflake", normalize_functions="lower"))
    syntax = {"cast", "exists", *TYPES}
    yield from {each.lower() for each in called} - FUNCTIONS - syntax


def types(tree: exp.Expr) -> Iterator[object]:
    """No plain `timestamp`: which of three it is, a parameter of the account says.

    https://docs.snowflake.com/en/sql-reference/parameters#timestamp-type-mapping
    """
    for each in tree.find_all(exp.DataType):
        name = each.sql("snowflake").lower().partition("(")[0]
        if name not in TYPES:
            yield each


def times(tree: exp.Expr) -> Iterator[object]:
    """Times are not subtracted, nor is anything but a time's own part extracted.

    https://docs.snowflake.com/en/sql-reference/functions/extract
    """
    yield from tree.find_all(exp.Extract)


def parameters(tree: exp.Expr) -> Iterator[object]:
    """`?`, for a value: no name, and no count of rows.

    https://docs.snowflake.com/en/developer-guide/python-connector/python-connector-example
    https://docs.snowflake.com/en/sql-reference/constructs/limit (constants)
    """
    for each in tree.find_all(exp.Placeholder):
        if each.this or each.find_ancestor(exp.Limit, exp.Offset):
            yield each
    yield from tree.find_all(exp.Parameter)


def subqueries(tree: exp.Expr) -> Iterator[object]:
    """`exists` and `in` stand in conditions; one that looks outside has no limit, and as a value
    aggregates all its rows.

    https://docs.snowflake.com/en/user-guide/querying-subqueries
    https://docs.snowflake.com/en/sql-reference/operators-subquery
    """
    for each in tree.find_all(exp.Exists):
        if not each.find_ancestor(exp.Where, exp.Having):
            yield each
    for select in _nested(tree):
        if not _from_outside(select):
            continue
        if select.args.get("limit") or select.args.get("qualify"):
            yield select
        if not isinstance(select.parent, QUERIES) and not _is_one_row(select):
            yield select
        if select.find_ancestor(exp.Join):
            yield select


def mixed_conditions(tree: exp.Expr) -> Iterator[object]:
    """A function of what is outside and inside at once is an "unsupported subquery type".

    Reported, not documented: https://openillumi.com/en/en-snowflake-unsupported-subquery-type-fix
    """
    for select in _nested(tree):
        outside = _from_outside(select)
        for call in select.find_all(exp.Func):
            tables = {each.table for each in call.find_all(exp.Column)}
            is_function = not isinstance(call, exp.Connector | exp.Exists)
            if is_function and tables & outside and tables - outside:
                yield call


def windows(tree: exp.Expr) -> Iterator[object]:
    """Each number takes an order.

    https://docs.snowflake.com/en/sql-reference/functions/row_number
    """
    for each in tree.find_all(exp.Window):
        if isinstance(each.this, exp.RowNumber | exp.Lag) and not each.args.get("order"):
            yield each


def clauses(tree: exp.Expr) -> Iterator[object]:
    """What Snowflake has not: https://docs.snowflake.com/en/sql-reference/constructs,
    and `with` before a change: https://docs.snowflake.com/en/sql-reference/sql/insert.
    """
    yield from tree.find_all(exp.Filter, exp.OnConflict, exp.Returning, exp.Command, exp.Index)
    for each in tree.find_all(exp.Insert, exp.Update, exp.Delete):
        if each.args.get("with_"):
            yield each
    for each in tree.find_all(exp.Distinct):
        if each.args.get("on"):
            yield each


def columns_added(tree: exp.Expr) -> Iterator[object]:
    """`if not exists` goes with no default and no key.

    https://docs.snowflake.com/en/sql-reference/sql/alter-table
    """
    for each in tree.find_all(exp.Alter):
        yield from (one for one in each.find_all(exp.ColumnConstraint))


RULES: tuple[Rule, ...] = (
    reserved_words, names, functions, types, times, parameters, subqueries, mixed_conditions,
    windows, clauses, columns_added,
)  # fmt: skip


def broken(tree: exp.Expr) -> list[str]:
    """Return which rules a statement breaks, and by what."""
    return [f"{rule.__name__}: {found}" for rule in RULES for found in rule(tree)]


def makes_anything(tree: exp.Expr) -> bool:
    """Whether it commits what was done before it.

    https://docs.snowflake.com/en/sql-reference/transactions#ddl
    """
    kinds = (exp.Create, exp.Alter, exp.Drop, exp.TruncateTable, exp.Command, exp.Comment)
    return isinstance(tree, kinds)


def _nested(tree: exp.Expr) -> Iterator[exp.Select]:
    for each in tree.find_all(exp.Select):
        if isinstance(each.parent, exp.Subquery | exp.Exists | exp.In):
            yield each


def _from_outside(select: exp.Select) -> set[str]:
    inside = {each.alias_or_name for each in select.find_all(exp.Table)}
    return {each.table for each in select.find_all(exp.Column) if each.table} - inside


def _is_one_row(select: exp.Select) -> bool:
    aggregates = all(each.find(exp.AggFunc) for each in select.expressions)
    return aggregates and not select.args.get("group")
