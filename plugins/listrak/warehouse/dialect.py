"""The SQL of the project, in DuckDB's dialect, written for another engine by sqlglot."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, reduce
from typing import cast

import sqlglot
from sqlglot import exp

from listrak.warehouse.bigquery import rewrites as bigquery_rewrites
from listrak.warehouse.postgres import rewrites as postgres_rewrites
from listrak.warehouse.redshift import rewrites as redshift_rewrites
from listrak.warehouse.snowflake import rewrites as snowflake_rewrites
from listrak.warehouse.statements import SCHEMA, heading, statement
from listrak.warehouse.warehouse import Parameter

Rewrite = Callable[[exp.Expression], exp.Expression]
NAMED = re.compile("\0(.+?)\0")  # a parameter in a text that waits for the engine's own marker


@dataclass(frozen=True)
class Dialect:
    """An engine's way to say it. `marker`: its parameters, such as `:{number}`, `@{name}` or `?`.

    `rewrites`: of every node, in this order, where sqlglot's translation is not enough.
    """

    marker: str
    rewrites: tuple[Rewrite, ...] = ()


# By sqlglot's name of the engine.
DIALECTS: Mapping[str, Dialect] = {
    "duckdb": Dialect("${number}"),
    "postgres": Dialect("${number}", postgres_rewrites.REWRITES),
    "snowflake": Dialect("?", snowflake_rewrites.REWRITES),
    # The types of parameters are told by where they stand, and one in two places may have two.
    "redshift": Dialect("?", redshift_rewrites.REWRITES),
    "bigquery": Dialect("@{name}", bigquery_rewrites.REWRITES),
}


@dataclass(frozen=True)
class Written:
    """A statement for an engine. `parameters`: the names of its markers, in their order.

    `changes`: the table whose rows it changes, or that it makes by a query; None for neither.
    `types`: the engine's types of those that the statement casts, as it must where one may be null.
    """

    name: str
    text: str
    parameters: tuple[str, ...]
    changes: str | None = None
    types: Mapping[str, str] = field(default_factory=dict)

    def values(self, given: Mapping[str, Parameter]) -> list[Parameter]:
        """Return what is given in the order of the markers.

        Raises ValueError unless it is all that the statement takes and nothing else.
        """
        if given.keys() != set(self.parameters):
            differing = ", ".join(sorted(given.keys() ^ set(self.parameters)))
            raise ValueError(f"{self.name}: missing or unknown parameters: {differing}")
        return [given[parameter] for parameter in self.parameters]


@cache
def written_for(engine: str, name: str) -> Written:
    """Return the statement `include/sql/<name>.sql` for `engine`, which is sqlglot's name of it.

    One in the engine's own folder is in its dialect already, its markers too. Raises sqlglot's
    errors for what cannot be said in that dialect.
    """
    if name.startswith(f"{engine}/"):
        return Written(name, statement(name), ())
    dialect = DIALECTS[engine]
    tree = _tree(name, dialect.rewrites)
    waiting = tree.transform(_named)
    text = waiting.sql(engine, comments=False, unsupported_level=sqlglot.ErrorLevel.RAISE)
    text, parameters = marked(text, dialect.marker)
    return Written(name, text, parameters, _changed_table(tree), _cast_types(tree, engine))


def spelled_out(engine: str, name: str, **values: Parameter) -> str:
    """Return a statement for a person to run: its heading, its text with the values in it, a `;`.

    Raises KeyError for a parameter that is not given.
    """
    if name.startswith(f"{engine}/"):
        return statement(name).strip()

    def with_value(node: exp.Expression) -> exp.Expression:
        is_parameter = isinstance(node, exp.Placeholder)
        return cast("exp.Expression", exp.convert(values[node.name])) if is_parameter else node

    tree = _tree(name, (*DIALECTS[engine].rewrites, with_value))
    text = tree.sql(engine, comments=False, pretty=True, unsupported_level=sqlglot.ErrorLevel.RAISE)
    return f"{heading(name)}\n{text};"


def insertion(engine: str, table: str, columns: Sequence[str], given: str) -> str:
    """Return the statement that appends the rows of `given` to `listrak.<table>` by column name."""
    rows = exp.select(*columns).from_(given)
    target = exp.to_table(f"{SCHEMA}.{table}")
    return exp.insert(rows, target, columns=list(columns)).sql(engine)


def _tree(name: str, rewrites: Sequence[Rewrite]) -> exp.Expr:
    read: exp.Expr = sqlglot.parse_one(statement(name), read="duckdb")
    return reduce(lambda tree, rewrite: tree.transform(rewrite), rewrites, read)


def _cast_types(tree: exp.Expr, engine: str) -> Mapping[str, str]:
    casts = [each for each in tree.find_all(exp.Cast) if isinstance(each.this, exp.Placeholder)]
    return {each.this.name: each.to.sql(engine) for each in casts}


def _changed_table(tree: exp.Expr) -> str | None:
    is_made = isinstance(tree, exp.Create) and tree.expression
    if not is_made and not isinstance(tree, exp.Insert | exp.Update | exp.Delete):
        return None
    return cast("str", tree.this.find(exp.Table).name)


def named(name: str) -> exp.Expression:
    """Return a parameter that waits in a text for `marked`."""
    return exp.var(f"\0{name}\0")


def _named(node: exp.Expression) -> exp.Expression:
    return named(node.name) if isinstance(node, exp.Placeholder) else node


def marked(text: str, marker: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with the engine's own markers, and the parameters they stand for."""
    found = NAMED.findall(text)
    # A marker such as `?` tells no parameter from another: each stands for the next one.
    tells_none = marker == marker.format(name="", number="")
    parameters = found if tells_none else [*dict.fromkeys(found)]

    def mark(match: re.Match[str]) -> str:
        return marker.format(name=match[1], number=parameters.index(match[1]) + 1)

    return NAMED.sub(mark, text), tuple(parameters)
