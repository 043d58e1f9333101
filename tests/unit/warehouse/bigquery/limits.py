"""BigQuery's documented limits of a statement, as rules over its tree. Pure.

Google's analyzer (googlesql.py) knows the language; these are the limits of the service behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

DOCS = "https://cloud.google.com/bigquery/docs"
NAME = re.compile(r"[a-z_][a-z0-9_]*")
LONGEST_NAME = 300
LONGEST_TEXT = 1024 * 1024
MOST_PARAMETERS = 10_000
MOST_CLUSTERING_COLUMNS = 4
TYPES = ("BOOL", "DATETIME", "DATE", "FLOAT64", "INT64", "NUMERIC", "STRING")
RESERVED = frozenset(
    """all and any array as asc assert_rows_modified at between by case cast collate contains create
    cross cube current default define desc distinct else end enum escape except exclude exists
    extract false fetch following for from full group grouping groups hash having if ignore in inner
    intersect interval into is join lateral left like limit lookup merge natural new no not null
    nulls of on or order outer over partition preceding proto qualify range recursive respect right
    rollup rows select set some struct tablesample then to treat true unbounded union unnest using
    when where window with within""".split()  # noqa: SIM905 (as the page has them)
)
# Elsewhere the door runs them, outside of a transaction.
OUTSIDE = ("tables/", "upgrades/", "bigquery/tables/", "inspect/", "warehouse/create_schema")
CONTROL = (exp.Transaction, exp.Commit, exp.Rollback)
IN_A_TRANSACTION = (exp.Query, exp.Insert, exp.Update, exp.Delete, exp.Merge, *CONTROL)


def broken_limits(name: str, text: str, tree: exp.Expr) -> list[str]:
    """Return which limits the statement `name` breaks."""
    rules = (_size, _names, _types, _ddl, _changes, _joins, _subqueries)
    broken = [words for rule in rules for words in rule(tree, text)]
    if not name.startswith(OUTSIDE):
        broken += _transaction(tree)
    return broken


def _size(tree: exp.Expr, text: str) -> Iterator[str]:
    """Check {DOCS}/quotas#query_jobs and {DOCS}/parameterized-queries."""
    if len(text) > LONGEST_TEXT:
        yield "longer than 1 MB"
    if len({each.name for each in tree.find_all(exp.Parameter)}) > MOST_PARAMETERS:
        yield "more than 10,000 parameters"
    if any(not NAME.fullmatch(each.name) for each in tree.find_all(exp.Parameter)):
        yield "a parameter without a name"
    if tree.find(exp.Placeholder):
        yield "named and positional parameters"


def _names(tree: exp.Expr, _: str) -> Iterator[str]:
    """Check {DOCS}/reference/standard-sql/lexical#reserved_keywords and {DOCS}/schemas."""
    for each in tree.find_all(exp.Identifier):
        if not each.quoted and (not NAME.fullmatch(each.name) or each.name in RESERVED):
            yield f"{each.name} is no name"
        if len(each.name) > LONGEST_NAME:
            yield f"{each.name} is too long"


def _types(tree: exp.Expr, _: str) -> Iterator[str]:
    """Check {DOCS}/reference/standard-sql/data-types."""
    for each in tree.find_all(exp.DataType):
        if each.sql("bigquery") not in TYPES:
            yield f"{each.sql('bigquery')} is no type"


def _ddl(tree: exp.Expr, _: str) -> Iterator[str]:
    """Check {DOCS}/reference/standard-sql/data-definition-language and {DOCS}/views-intro."""
    if isinstance(tree, exp.Create) and tree.kind not in ("TABLE", "VIEW", "SCHEMA"):
        yield f"create {tree.kind}"
    if isinstance(tree, exp.Create) and tree.kind == "VIEW" and tree.find(exp.Parameter):
        yield "a view with a parameter"
    if tree.find(exp.PrimaryKey, exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint):
        yield "a key, which BigQuery does not enforce"
    if isinstance(tree, exp.Alter):
        added = tree.args["actions"]
        if not all(isinstance(each, exp.ColumnDef) and not each.constraints for each in added):
            yield "alter table other than by adding a column that may be null"
    for each in tree.find_all(exp.ClusterProperty):
        if len(each.expressions) > MOST_CLUSTERING_COLUMNS:
            yield "more than four clustering columns"


def _changes(tree: exp.Expr, _: str) -> Iterator[str]:
    """Check {DOCS}/reference/standard-sql/dml-syntax."""
    if isinstance(tree, exp.Update | exp.Delete) and not tree.args.get("where"):
        yield "no where"
    if isinstance(tree, exp.Insert) and not isinstance(tree.this, exp.Schema):
        yield "insert without columns"
    if tree.find(exp.Returning, exp.OnConflict):
        yield "returning or on conflict"


def _joins(tree: exp.Expr, _: str) -> Iterator[str]:
    """See `FULL OUTER JOIN cannot be used without a condition that is an equality of fields`."""
    for each in tree.find_all(exp.Join):
        condition = each.args.get("on")
        if each.side and not any(_is_of_both(part) for part in _parts(condition)):
            yield f"{each.side} join without an equality"


def _subqueries(tree: exp.Expr, _: str) -> Iterator[str]:
    """See {DOCS}/reference/standard-sql/subqueries#correlated_subquery_concepts.

    They must be such that BigQuery can make a join of them: `exists`, or one aggregate, with an
    equality of a field of each side.
    """
    for select in tree.find_all(exp.Select):
        own = _own_tables(select)
        foreign = [each for each in _columns(select) if each.table and each.table not in own]
        if not foreign or not isinstance(select.parent, exp.Exists | exp.Subquery | exp.In):
            continue
        where = select.args.get("where")
        is_join = any(
            _is_of_both(part) and any(each.table in own for each in part.find_all(exp.Column))
            for part in _parts(where.this if where else None)
        )
        is_one = isinstance(select.parent, exp.Exists) or (
            isinstance(select.parent, exp.Subquery) and select.find(exp.AggFunc) is not None
        )
        if not (is_one and is_join) or select.args.get("group") or select.args.get("limit"):
            yield f"correlated by {foreign[0]}"


def _transaction(tree: exp.Expr) -> list[str]:
    """Check {DOCS}/transactions#supported_statements: no DDL but of temporary tables."""
    is_room = isinstance(tree, exp.Create) and tree.find(exp.TemporaryProperty) is not None
    is_room |= isinstance(tree, exp.Drop) and not any(each.db for each in tree.find_all(exp.Table))
    return [] if is_room or isinstance(tree, IN_A_TRANSACTION) else ["not in a transaction"]


def _own_tables(select: exp.Select) -> set[str]:
    sources = [select.args.get("from_"), *select.args.get("joins", [])]
    return {
        found.alias_or_name
        for each in sources
        if each is not None
        for found in each.find_all(exp.Table, exp.Subquery)
    }


def _columns(select: exp.Select) -> Iterator[exp.Column]:
    """Columns of this query alone, not of those in it."""
    for each in select.find_all(exp.Column):
        if each.find_ancestor(exp.Select) is select:
            yield each


def _parts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    if condition is not None:
        yield from condition.flatten() if isinstance(condition, exp.And) else [condition]


def _is_of_both(part: exp.Expr) -> bool:
    if not isinstance(part, exp.EQ):
        return False
    left, right = (
        {each.table for each in side.find_all(exp.Column)} for side in (part.this, part.expression)
    )
    return bool(left and right) and left.isdisjoint(right)
