"""What BigQuery says otherwise than sqlglot's translation of the project's SQL does.

Each rewrite names the limit it obeys, of the GoogleSQL reference.
"""

from __future__ import annotations

from sqlglot import exp

from listrak.warehouse.rewrites import seconds_between, without_filter


def _hex_digest(node: exp.Expression) -> exp.Expression:
    """`sha256` gives bytes."""
    if isinstance(node, exp.SHA2):
        return exp.LowerHex(this=node.copy())
    return node


def _without_keys(node: exp.Expression) -> exp.Expression:
    """Declare no key: none is enforced, and one that does not hold gives wrong answers."""
    if isinstance(node, exp.Schema):
        kept = [each for each in node.expressions if not isinstance(each, exp.PrimaryKey)]
        node.set("expressions", kept)
    if isinstance(node, exp.ColumnConstraint) and isinstance(
        node.args["kind"], exp.PrimaryKeyColumnConstraint
    ):
        return exp.ColumnConstraint(kind=exp.NotNullColumnConstraint())
    return node


def _column_once(node: exp.Expression) -> exp.Expression:
    """Add a column where it is not there: an upgrade is no transaction, and may be done twice."""
    if isinstance(node, exp.ColumnDef) and isinstance(node.parent, exp.Alter):
        node.set("exists", True)
    return node


def _seconds(node: exp.Expression) -> exp.Expression:
    """Take the difference of two times: an interval has no epoch to extract."""
    return seconds_between(node, exp.DatetimeDiff)


REWRITES = (without_filter, _hex_digest, _without_keys, _column_once, _seconds)
