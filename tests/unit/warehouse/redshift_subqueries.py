"""The correlated subqueries that Redshift cannot run, found in a statement.

https://docs.aws.amazon.com/redshift/latest/dg/r_correlated_subqueries.html. One is known by a
column that names a table of the query around it: in this project every such column has its prefix.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp


def correlated_as_it_must_not_be(tree: exp.Expr) -> Iterator[str]:
    for select in tree.find_all(exp.Select):
        around = _query_around(select)
        if around is None:
            continue
        outer = [
            each for each in _columns(select) if each.table and each.table not in _tables(select)
        ]
        for column in outer:
            if column.table not in _tables(around):
                yield f"{column.sql('redshift')} skips a query"
        if outer:
            yield from _broken(select)
        if _is_grouped_in(select):
            yield "an aggregate of groups is looked for with IN"


def _broken(select: exp.Select) -> Iterator[str]:
    join = select.find_ancestor(exp.Join)
    if join and join.side and not _is_below(select, join.this):
        yield "a correlated subquery stands in the ON of an outer join"
    if any(_query_of(window) is select for window in select.find_all(exp.Window)):
        yield "a correlated subquery has a window function"
    around = _query_around(select)
    if isinstance(around, exp.Select) and around.args.get("group") and _is_column(select, around):
        yield "a correlated subquery is a column of what is grouped"


def _is_grouped_in(select: exp.Select) -> bool:
    holder = select.parent.parent if isinstance(select.parent, exp.Subquery) else select.parent
    aggregates = [*select.find_all(exp.AggFunc)]
    return (
        isinstance(holder, exp.In)
        and bool(select.args.get("group"))
        and any(not isinstance(each, exp.Min | exp.Max) for each in aggregates)
    )


def _is_column(select: exp.Select, around: exp.Select) -> bool:
    return any(_is_below(select, column) for column in around.selects)


def _is_below(node: exp.Expr, above: exp.Expr) -> bool:
    found: exp.Expr | None = node
    while found is not None and found is not above:
        found = found.parent
    return found is above


def _query_of(node: exp.Expr) -> exp.Expr | None:
    return node.find_ancestor(exp.Select, exp.Update, exp.Delete)


def _query_around(select: exp.Select) -> exp.Expr | None:
    """Return the query in whose WHERE, ON or columns `select` stands; None for its tables."""
    source = select.find_ancestor(exp.CTE, exp.From, exp.Select, exp.Update, exp.Delete)
    return None if isinstance(source, exp.CTE | exp.From) else source


def _tables(query: exp.Expr) -> set[str]:
    if isinstance(query, exp.Select):
        sources = [query.args.get("from_"), *query.args.get("joins", ())]
        return {each.this.alias_or_name for each in sources if each}
    others = query.args.get("from_")
    return {query.this.name, *([others.this.alias_or_name] if others else [])}


def _columns(select: exp.Select) -> list[exp.Column]:
    return [each for each in select.find_all(exp.Column) if _query_of(each) is select]
