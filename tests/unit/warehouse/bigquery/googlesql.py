"""Google's own analyzer of GoogleSQL, the language of BigQuery, with this project's tables at hand.

It resolves every name and type as BigQuery does before it runs anything. Its reference
implementation runs single queries, slowly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pyarrow as pa
import sqlglot
from google.cloud.bigquery import ScalarQueryParameter
from sqlglot import exp
from zetasql.api import Analyzer, CatalogBuilder, PreparedQuery, TableBuilder
from zetasql.core import ZetaSqlLocalService
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
from tests.unit.warehouse.bigquery.engine import table_of
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


@cache
def language() -> LanguageOptions:
    """Everything the analyzer knows. The first call compiles it, which takes half a minute."""
    return LanguageOptions.maximum_features()


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
    columns = {
        each.name: KINDS[each.kind.sql("bigquery")]
        for each in tree.find_all(exp.ColumnDef)
        if each.kind
    }
    return table(table_of(tree), columns)


def views(tables: CatalogBuilder) -> None:
    """Add the views, whose columns the analyzer finds."""
    for name in table_names("bigquery"):
        tree = sqlglot.parse_one(written_for("bigquery", name).text, read="bigquery")
        if isinstance(tree, exp.Create) and tree.kind == "VIEW":
            query = tree.expression.sql("bigquery")
            found = Analyzer(options(()), session(tables.build())).analyze_statement(query)
            columns = {each.name: each.column.type.type_kind for each in found.output_column_list}
            tables.add_table(table(table_of(tree), columns))


def dataset() -> SimpleCatalog:
    tables = CatalogBuilder("listrak")
    for name in table_names("bigquery"):
        if made := declared(name):
            tables.add_table(made)
    views(tables)
    return tables.build()


def analyzed(text: str, parameters: Iterable[ScalarQueryParameter] = ()) -> Any:
    """Return a statement as Google resolves it, parameters of their declared types.

    Raises zetasql's errors for what is no statement of its own.
    """
    service, catalog_id = registered()
    return service.analyze(
        sql_statement=text, options=options(parameters), registered_catalog_id=catalog_id
    ).resolved_statement


def evaluated(text: str) -> list[str]:
    """Run a query of one text column by Google's reference implementation."""
    builder = PreparedQuery.builder().set_sql(text).set_analyzer_options(options(()))
    with builder.set_catalog(session(dataset())).prepare() as query:
        return [row.cell[0].string_value for row in query.execute().content.table_data.row]


@cache
def registered() -> tuple[ZetaSqlLocalService, int]:
    service = ZetaSqlLocalService.get_instance()
    registration = service.register_catalog(simple_catalog=session(dataset()))
    return service, registration.registered_id


def options(parameters: Iterable[ScalarQueryParameter]) -> AnalyzerOptions:
    return AnalyzerOptions(
        language_options=language(),
        query_parameters=[
            AnalyzerOptions.QueryParameter(
                name=each.name, type=Type(type_kind=KINDS[str(each.type_)])
            )
            for each in parameters
        ],
    )


def session(found: SimpleCatalog) -> SimpleCatalog:
    tables = CatalogBuilder("session").with_builtin_functions(
        ZetaSQLBuiltinFunctionOptions(language_options=language())
    )
    for name in TEMPORARY:
        if made := declared(name):
            tables.add_table(made)
    for name, schema in LENT.items():
        tables.add_table(table(name, {each.name: LENT_KINDS[each.type] for each in schema}))
    built = tables.build()
    built.catalog = [found]
    return built
