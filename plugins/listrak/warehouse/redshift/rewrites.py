"""What Redshift says otherwise than sqlglot's translation of the project's SQL does.

Each rewrite names the limit it obeys, of Redshift's Database Developer Guide.
"""

from __future__ import annotations

from sqlglot import exp

from listrak.warehouse.rewrites import seconds_between, without_distinct_from, without_filter

LONGEST = 65535  # bytes; what `varchar(max)` stands for
# By column, where less will do: what a query holds in between takes the length that is said
# (Best practices for designing tables: "Use the smallest possible column size"). An address of over
# 1,000 bytes is not taken (`extract/rows.py`), and lower case may be longer.
LENGTHS = {
    **dict.fromkeys(("email", "anonymous_id"), 2048),
    **dict.fromkeys(("message_id", "address_sha256"), 64),
    **dict.fromkeys(("status", "change", "state", "kind"), 32),
}


def text_type(column: str) -> exp.DataType:
    """Return the type of a column of text, by its name."""
    return exp.DataType.build(f"varchar({LENGTHS.get(column, LONGEST)})", dialect="redshift")


def _long_text(node: exp.Expression) -> exp.Expression:
    """Say a length: a varchar without one holds 256 bytes, `text` too; an address may be longer."""
    if isinstance(node, exp.DataType) and node.is_type(*exp.DataType.TEXT_TYPES):
        return text_type(node.parent.name if isinstance(node.parent, exp.ColumnDef) else "")
    return node


def _nulls_in_windows(node: exp.Expression) -> exp.Expression:
    """Sort by being null: a `nulls` clause in a window is among the unsupported features."""
    if isinstance(node, exp.Order) and isinstance(node.parent, exp.Window):
        node.set("expressions", [each for one in node.expressions for each in _nulls_sorted(one)])
    return node


def _nulls_sorted(ordered: exp.Ordered) -> list[exp.Expression]:
    """Return what to sort by where nulls are last if ascending, and first if descending."""
    descending, first = bool(ordered.args.get("desc")), bool(ordered.args.get("nulls_first"))
    value = ordered.this
    by_value = exp.Ordered(this=value, desc=descending, nulls_first=descending)
    if descending == first:
        return [by_value]
    null, other = (0, 1) if first else (1, 0)
    is_null = exp.Is(this=value.copy(), expression=exp.null())
    are_null = exp.Case().when(is_null, exp.Literal.number(null)).else_(exp.Literal.number(other))
    return [exp.Ordered(this=are_null, nulls_first=False), by_value]


def _seconds(node: exp.Expression) -> exp.Expression:
    """Take `datediff`: of a timestamp, `extract(epoch …)` gives whole seconds."""
    return seconds_between(node, exp.DateDiff)


def _quoted(node: exp.Expression) -> exp.Expression:
    """Quote names: `timestamp` is a reserved word, and others may become one."""
    if isinstance(node, exp.Identifier):
        node.set("quoted", True)
    return node


REWRITES = (
    without_filter,
    without_distinct_from,
    _seconds,
    _long_text,
    _nulls_in_windows,
    _quoted,
)
