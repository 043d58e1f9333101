"""What PostgreSQL says otherwise than sqlglot's translation of the project's SQL does."""

from __future__ import annotations

from sqlglot import exp


def _digest_of_utf8(node: exp.Expression) -> exp.Expression:
    """PostgreSQL digests bytes to bytes: say in which encoding, whatever the database's is."""
    if isinstance(node, exp.SHA2):
        utf8 = exp.func("convert_to", node.this, exp.Literal.string("UTF8"))
        digest = exp.Anonymous(this="sha256", expressions=[utf8])  # sqlglot would cast it, or not
        return exp.Anonymous(this="encode", expressions=[digest, exp.Literal.string("hex")])
    return node


def _sorted_by_bytes(node: exp.Expression) -> exp.Expression:
    """Text sorts and compares as in DuckDB, whatever the database's locale is, and faster."""
    if (
        isinstance(node, exp.ColumnDef)
        and node.kind
        and node.kind.is_type(*exp.DataType.TEXT_TYPES)
    ):
        collation = exp.CollateColumnConstraint(this=exp.to_identifier("C", quoted=True))
        before = [exp.ColumnConstraint(kind=collation), *node.constraints]
        node.set("constraints", before)
    return node


REWRITES = (_digest_of_utf8, _sorted_by_bytes)
