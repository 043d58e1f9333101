"""What Snowflake says otherwise than sqlglot's translation of the project's SQL does."""

from __future__ import annotations

from sqlglot import exp

from listrak.warehouse.rewrites import seconds_between

# Columns of the information schema that hold names, which are in upper case there.
NAMES = ("schema_name", "table_schema", "table_name")


def _names_in_upper_case(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.EQ) and node.this.name in NAMES and node.expression.is_string:
        node.set("expression", exp.Literal.string(node.expression.name.upper()))
    return node


def _made_once(node: exp.Expression) -> exp.Expression:
    """Let a step be done twice: each is kept at once, and a broken-off upgrade begins anew."""
    if isinstance(node, exp.Create) and node.kind == "SCHEMA":
        node.set("exists", True)
    if isinstance(node, exp.Alter):
        for action in node.args["actions"]:
            if isinstance(action, exp.ColumnDef):
                action.set("exists", True)
    return node


def _numbered_in_some_order(node: exp.Expression) -> exp.Expression:
    """Name an order to number rows in, even where any will do."""
    if isinstance(node, exp.Window) and isinstance(node.this, exp.RowNumber):
        node.set("order", node.args.get("order") or exp.Order(expressions=[exp.null()]))
    return node


def _limited_by_number(node: exp.Expression) -> exp.Expression:
    """Take the rows by their numbers where a parameter says how many: `limit` may refuse one.

    https://github.com/snowflakedb/snowflake-jdbc/issues/974: "Invalid row count '?'".
    """
    limit = node.args.get("limit") if isinstance(node, exp.Select) else None
    if limit and isinstance(limit.expression, exp.Placeholder):
        number = exp.Window(this=exp.RowNumber(), order=node.args["order"].copy())
        node.set("qualify", exp.Qualify(this=exp.LTE(this=number, expression=limit.expression)))
        node.set("limit", None)
    return node


def _seconds(node: exp.Expression) -> exp.Expression:
    """Take the difference of two times, which are not subtracted there."""
    return seconds_between(node, exp.DateDiff)


REWRITES = (
    _names_in_upper_case,
    _made_once,
    _limited_by_number,
    _numbered_in_some_order,
    _seconds,
)
