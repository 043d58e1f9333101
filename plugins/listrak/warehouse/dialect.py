"""The SQL of the project, in DuckDB's dialect, written for another engine by sqlglot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp

from listrak.warehouse import postgres_rewrites
from listrak.warehouse.statements import SCHEMA, statement
from listrak.warehouse.warehouse import Parameter


@dataclass(frozen=True)
class Written:
    """A statement for an engine. `parameters`: the names of its `$1`, `$2` and so on.

    `changes`: the table of schema `listrak` whose rows it changes; None where it is none of them.
    """

    name: str
    text: str
    parameters: tuple[str, ...]
    changes: str | None = None

    def values(self, given: Mapping[str, Parameter]) -> list[Parameter]:
        """Return what is given in the order of the numbers.

        Raises ValueError unless it is all that the statement takes and nothing else.
        """
        if given.keys() != set(self.parameters):
            differing = ", ".join(sorted(given.keys() ^ set(self.parameters)))
            raise ValueError(f"{self.name}: missing or unknown parameters: {differing}")
        return [given[parameter] for parameter in self.parameters]


Rewrite = Callable[[exp.Expression], exp.Expression]
REWRITES: Mapping[str, tuple[Rewrite, ...]] = {"postgres": postgres_rewrites.REWRITES}


@cache
def written_for(engine: str, name: str) -> Written:
    """Return the statement `include/sql/<name>.sql` for `engine`, which is sqlglot's name of it.

    One in the engine's own folder is in its dialect already; its parameters are numbered. Raises
    sqlglot's errors for what cannot be said in that dialect.
    """
    if name.startswith(f"{engine}/"):
        return Written(name, statement(name), ())
    tree = sqlglot.parse_one(statement(name), read="duckdb")
    parameters = tuple(dict.fromkeys(each.name for each in tree.find_all(exp.Placeholder)))
    for rewrite in (lambda node: _numbered(node, parameters), *REWRITES.get(engine, ())):
        tree = tree.transform(rewrite)
    text = tree.sql(engine, comments=False, unsupported_level=sqlglot.ErrorLevel.RAISE)
    return Written(name, text, parameters, _changed_table(tree))


def _changed_table(tree: exp.Expr) -> str | None:
    if not isinstance(tree, exp.Insert | exp.Update | exp.Delete):
        return None
    table = tree.this.find(exp.Table)
    return table.name if table.db == SCHEMA else None


def _numbered(node: exp.Expression, parameters: tuple[str, ...]) -> exp.Expression:
    if isinstance(node, exp.Placeholder):
        return exp.Parameter(this=exp.Literal.number(parameters.index(node.name) + 1))
    return node
