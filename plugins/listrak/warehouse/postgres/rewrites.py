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


def _made_by_its_query(node: exp.Expression) -> exp.Expression:
    """Make a temporary table by the query that fills it: only so do parallel workers help.

    https://www.postgresql.org/docs/18/when-can-parallel-query-be-used.html: no query that writes
    is parallel, but for one that fills a new table. Where room is made elsewhere, way is made here.
    """
    if isinstance(node, exp.Create) and _is_temporary(node) and not node.expression:
        return exp.Drop(tables=[node.this.this], kind="TABLE", exists=True)
    if isinstance(node, exp.Insert) and not node.this.this.db:
        temporary = exp.Properties(expressions=[exp.TemporaryProperty()])
        return exp.Create(
            this=node.this.this, kind="TABLE", properties=temporary, expression=node.expression
        )
    return node


def _is_temporary(table: exp.Create) -> bool:
    return table.find(exp.TemporaryProperty) is not None


REWRITES = (_digest_of_utf8, _sorted_by_bytes, _made_by_its_query)
