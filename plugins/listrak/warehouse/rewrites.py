"""Rewrites of the project's SQL that more than one engine needs: the same said in plainer SQL."""

from __future__ import annotations

from sqlglot import exp


def without_filter(node: exp.Expression) -> exp.Expression:
    """Say `max(x) filter (where c)` as `max(case when c then x end)`."""
    if not isinstance(node, exp.Filter):
        return node
    aggregate: exp.Expression = node.this.copy()
    counts_rows = isinstance(aggregate.this, exp.Star)
    value = exp.Literal.number(1) if counts_rows else aggregate.this
    aggregate.set("this", exp.Case().when(node.expression.this, value))
    return aggregate


def without_distinct_from(node: exp.Expression) -> exp.Expression:
    """Say `is [not] distinct from` by comparisons, which are null where that would be false."""
    if isinstance(node, exp.NullSafeEQ):
        left, right = node.this, node.expression
        return exp.paren(
            exp.EQ(this=left, expression=right).or_(_is_null(left).and_(_is_null(right)))
        )
    if isinstance(node, exp.NullSafeNEQ):
        left, right = node.this, node.expression
        return exp.paren(
            exp.NEQ(this=left, expression=right)
            .or_(_is_null(left).and_(_is_null(right).not_()))
            .or_(_is_null(left).not_().and_(_is_null(right)))
        )
    return node


def _is_null(value: exp.Expression) -> exp.Is:
    return exp.Is(this=value.copy(), expression=exp.null())


def seconds_between(node: exp.Expression, difference: type[exp.Func]) -> exp.Expression:
    """Say `extract(epoch from a - b)` by the engine's own `difference` of two times."""
    span = node.expression if isinstance(node, exp.Extract) else None
    if isinstance(span, exp.Sub) and node.name.lower() == "epoch":
        later, earlier = span.this.copy(), span.expression.copy()
        microseconds = difference(this=later, expression=earlier, unit=exp.var("MICROSECOND"))
        return exp.paren(exp.Div(this=microseconds, expression=exp.Literal.number("1000000.0")))
    return node
