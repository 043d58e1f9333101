"""Google's own analyzer of GoogleSQL, the language of BigQuery, with this project's tables at hand.

It resolves every name and type as BigQuery does before it runs anything; it runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa
import sqlglot
from google.cloud.bigquery import ScalarQueryParameter
from sqlglot import exp
from zetasql.api import Analyzer, CatalogBuilder, TableBuilder
from zetasql.types import (
    AnalyzerOptions,
    LanguageOptions,
    SimpleCatalog,
    SimpleTable,
    Type,
    TypeKind,
    ZetaSQLBuiltinFunctionOptions,
)

from listrak.warehouse.dialect import written_for
from listrak.warehouse.statements import table_names
from listrak.warehouse.warehouse import Parameter
from tests.unit.diff.deciding import FIRST
from tests.unit.warehouse.test_dialect import LENT

Columns = Mapping[str, int]
KINDS = {
    "STRING": TypeKind.TYPE_STRING,
    "INT64": TypeKind.TYPE_INT64,
    "FLOAT64": TypeKind.TYPE_DOUBLE,
    "BOOL": TypeKind.TYPE_BOOL,
    "DATETIME": TypeKind.TYPE_DATETIME,
}
LENT_KINDS = {
    pa.string(): TypeKind.TYPE_STRING,
    pa.int32(): TypeKind.TYPE_INT64,
    pa.int64(): TypeKind.TYPE_INT64,
    pa.bool_(): TypeKind.TYPE_BOOL,
    pa.timestamp("us"): TypeKind.TYPE_DATETIME,
}
TEMPORARY = (
    "diff/create_differences",
    "snapshot/create_latest_subscriptions",
    "retention/create_joined_versions",
)
COUNTS = ("list_id", "at_most", "looked_up", "version")
TIMES = ("since", "now", "latest_credible")
LANGUAGE = LanguageOptions.maximum_features()


def table(name: str, columns: Columns) -> SimpleTable:
    builder = TableBuilder(name)
    for column, kind in columns.items():
        builder.add_column(column, kind)
    return builder.build()


def declared(name: str) -> SimpleTable | None:
    """The table that a statement creates, if it creates one."""
    tree = sqlglot.parse_one(written_for("bigquery", name).text, read="bigquery")
    if not (isinstance(tree, exp.Create) and tree.kind == "TABLE"):
        return None
    columns = {each.name: KINDS[each.kind.sql("bigquery")] for each in tree.find_all(exp.ColumnDef)}
    return table(tree.find(exp.Table).name, columns)


def views(tables: CatalogBuilder) -> None:
    """Add the views, whose columns the analyzer finds."""
    for name in table_names("bigquery"):
        tree = sqlglot.parse_one(written_for("bigquery", name).text, read="bigquery")
        if isinstance(tree, exp.Create) and tree.kind == "VIEW":
            found = analyzer(tables.build(), ()).analyze_statement(tree.expression.sql("bigquery"))
            columns = {each.name: each.column.type.type_kind for each in found.output_column_list}
            tables.add_table(table(tree.find(exp.Table).name, columns))


def dataset() -> SimpleCatalog:
    tables = CatalogBuilder("listrak")
    for name in table_names("bigquery"):
        if made := declared(name):
            tables.add_table(made)
    views(tables)
    return tables.build()


def value(statement: str, parameter: str) -> Parameter:
    """A value of the type that the stages give."""
    if parameter == "removals":
        return True
    if parameter.endswith("_count") or parameter in COUNTS or statement == "diff/fetch_differences":
        return 1
    return FIRST if parameter.endswith(("_at", "_before")) or parameter in TIMES else "text"


def analyzer(found: SimpleCatalog, parameters: Iterable[ScalarQueryParameter]) -> Analyzer:
    """With the dataset `found`, the session's tables and parameters of their declared types."""
    options = AnalyzerOptions(
        language_options=LANGUAGE,
        query_parameters=[
            AnalyzerOptions.QueryParameter(
                name=each.name, type=Type(type_kind=KINDS[str(each.type_)])
            )
            for each in parameters
        ],
    )
    return Analyzer(options, session(found))


def session(found: SimpleCatalog) -> SimpleCatalog:
    tables = CatalogBuilder("session").with_builtin_functions(
        ZetaSQLBuiltinFunctionOptions(language_options=LANGUAGE)
    )
    for name in TEMPORARY:
        if made := declared(name):
            tables.add_table(made)
    for name, schema in LENT.items():
        tables.add_table(table(name, {each.name: LENT_KINDS[each.type] for each in schema}))
    built = tables.build()
    built.catalog = [found]
    return built
