"""What Redshift's documents rule out, as rules over a statement that was parsed again.

Each rule yields what breaks it. Pages are those of the Database Developer Guide, under
https://docs.aws.amazon.com/redshift/latest/dg/.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from listrak.warehouse.redshift.rewrites import LENGTHS
from tests.unit.warehouse.redshift_subqueries import correlated_as_it_must_not_be

# r_pg_keywords.html
RESERVED_WORDS = """
    aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization az64
    backup between binary blanksasnull both bytedict bzip2 case cast check collate column connect
    constraint create credentials cross current_date current_time current_timestamp current_user
    current_user_id default deferrable deflate defrag delta delta32k desc disable distinct do else
    emptyasnull enable encode encrypt encryption end except explicit false for foreign freeze from
    full globaldict256 globaldict64k grant group gzip having identity ignore ilike in initially
    inner intersect interval into is isnull join language leading left like limit localtime
    localtimestamp lun luns lzo lzop minus mostly13 mostly32 mostly8 natural new not notnull null
    nulls off offline offset oid old on only open or order outer overlaps parallel partition
    percent permissions pivot placing primary qualify raw readratio recover references rejectlog
    resort respect restore right select session_user similar snapshot some sysdate system table
    tag tdes text255 text32k then timestamp to top trailing true truncatecolumns type union unique
    unnest unpivot user using verbose wallet when where with without
"""
RESERVED = frozenset(RESERVED_WORDS.split())
LONGEST_NAME = 127  # bytes: r_names.html
# What is said here only, not among the operators, functions and clauses of the guide:
# c_unsupported-postgresql-features.html, r_comparison_condition.html, c_Aggregate_Functions.html.
UNKNOWN = (
    exp.Filter, exp.NullSafeEQ, exp.NullSafeNEQ, exp.OnConflict, exp.Returning, exp.Array,
    exp.Bracket, exp.Index, exp.CollateColumnConstraint, exp.Lateral, exp.Unnest,
)  # fmt: skip
# Functions with a page of their own that are none of the leader node's alone
# (c_SQL_functions_leader_node_only.html): r_<name>.html, SHA2.html, r_WF_<name>.html.
FUNCTIONS = (
    exp.And, exp.Or, exp.Case, exp.If, exp.Cast, exp.Coalesce, exp.Count, exp.DateDiff, exp.Exists,
    exp.Greatest, exp.Lag, exp.Lower, exp.Max, exp.Min, exp.Nullif, exp.Round, exp.RowNumber,
    exp.SHA2, exp.Sum, exp.TsOrDsDiff,
)  # fmt: skip
# c_Supported_data_types.html; text has a length, as without one it has 256 bytes, and never more
# than 65,535: r_Character_types.html.
TYPES = frozenset(
    {"SMALLINT", "INT", "BIGINT", "DECIMAL", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP"}
)
LONGEST_TEXT = 65535
# r_Dateparts_for_datetime_functions.html
UNITS = frozenset({"DAY", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND"})
MOST_PARAMETERS = 32767  # the protocol's; Amazon's client refuses more
# r_VACUUM_command.html, r_TRUNCATE.html, r_ALTER_TABLE_APPEND.html, r_CREATE_DATABASE.html
NOT_IN_TRANSACTIONS = ("VACUUM", "TRUNCATE", "CREATE DATABASE", "DROP DATABASE")


def broken_rules(tree: exp.Expr) -> list[str]:
    """Return what of a statement Redshift's documents rule out."""
    rules = (
        _names, _unknown, _types, _parameters, _windows, _updates, _untyped, _additions, _catalogue,
        _truth, correlated_as_it_must_not_be,
    )  # fmt: skip
    return [broken for rule in rules for broken in rule(tree)]


def must_stand_alone(text: str) -> bool:
    """Return whether a statement cannot be taken back, or not run in a transaction at all."""
    said = [line for line in text.splitlines() if not line.startswith("--")]
    statement = " ".join(said).upper()
    return statement.startswith(NOT_IN_TRANSACTIONS) or " APPEND " in statement


def _names(tree: exp.Expr) -> Iterator[str]:
    for name in tree.find_all(exp.Identifier):
        if not name.args.get("quoted") and name.name.lower() in RESERVED:
            yield f"{name.name} is reserved"
        # Quoted ones too are folded to lower case: r_names.html.
        if len(name.name.encode()) > LONGEST_NAME or name.name != name.name.lower():
            yield f"{name.name} is too long, or not in lower case"


def _unknown(tree: exp.Expr) -> Iterator[str]:
    for node in tree.walk():
        has_on = isinstance(node, exp.Distinct) and node.args.get("on")
        as_table = isinstance(node, exp.Values) and not isinstance(node.parent, exp.Insert)
        if isinstance(node, UNKNOWN) or has_on or as_table:
            yield f"{type(node).__name__} is not known"
        if isinstance(node, exp.Func) and not isinstance(node, FUNCTIONS):
            yield f"{node.sql('redshift')} is no function"
        if isinstance(node, exp.Merge):  # r_MERGE.html: it has limits of its own
            yield "MERGE is not used"


def _types(tree: exp.Expr) -> Iterator[str]:
    for kind in tree.find_all(exp.DataType):
        if kind.is_type("interval"):
            continue  # r_interval_literals.html: never a column's, see below
        if kind.is_type("varchar"):
            length = int(kind.expressions[0].name) if kind.expressions else 256
            column = kind.parent.name if isinstance(kind.parent, exp.ColumnDef) else ""
            if length != LENGTHS.get(column, LONGEST_TEXT):
                yield f"text has room for {length} bytes only"
        elif kind.this.value.upper() not in TYPES:
            yield f"{kind.sql('redshift')} is no type"
    for span in tree.find_all(exp.Interval):
        if str(span.args.get("unit") or span.this.name.split()[-1]).upper() not in UNITS:
            yield f"{span.sql('redshift')} is no interval"


def _parameters(tree: exp.Expr) -> Iterator[str]:
    markers = [*tree.find_all(exp.Placeholder, exp.Parameter)]
    if len(markers) > MOST_PARAMETERS or any(each.sql("redshift") != "?" for each in markers):
        yield "parameters are ?, and not too many"


def _windows(tree: exp.Expr) -> Iterator[str]:
    """r_Window_function_synopsis.html, c_unsupported-postgresql-features.html."""
    for window in tree.find_all(exp.Window):
        order, frame = window.args.get("order"), window.args.get("spec")
        has_frame = frame is not None and frame.args["kind"].upper() == "ROWS"
        if order and not has_frame and not isinstance(window.this, exp.RowNumber | exp.Lag):
            yield "an aggregate with an order needs a frame of rows"
        if not order and isinstance(window.this, exp.Lag):
            yield "lag needs an order"
        for ordered in order.expressions if order else ():
            if bool(ordered.args.get("desc")) != bool(ordered.args.get("nulls_first")):
                yield "a window has no nulls clause"
            if isinstance(ordered.this, exp.Literal):
                yield "a window is not sorted by a constant"


def _updates(tree: exp.Expr) -> Iterator[str]:
    """r_UPDATE.html."""
    if not isinstance(tree, exp.Update):
        return
    target = tree.this.name
    if tree.this.alias or any(each.this.args.get("table") for each in tree.expressions):
        yield "the target has no alias, and its columns no prefix where they are set"
    others = tree.args.get("from_")
    if others is None:
        return
    if others.find(exp.Join) or tree.this.args.get("joins"):
        yield "the rows of an update come of one table or subquery, not of a join"
    if others.this.alias_or_name == target:
        yield "the target stands under its own name again"
    if not any(_joins_to(target, each) for each in tree.args["where"].find_all(exp.EQ)):
        yield "the target must be part of an equijoin"


def _joins_to(target: str, equal: exp.EQ) -> bool:
    sides = [equal.this, equal.expression]
    tables = {each.table for each in sides if isinstance(each, exp.Column)}
    return target in tables and len(tables) == len(sides)


def _untyped(tree: exp.Expr) -> Iterator[str]:
    """Text of a subquery has no type until it is cast, or made one with others by a union."""
    for select in tree.find_all(exp.Select):
        is_inner = select.find_ancestor(exp.CTE, exp.Subquery) and not isinstance(
            select.parent, exp.SetOperation
        )
        for column in select.selects if is_inner else ():
            value = column.unalias()
            if isinstance(value, exp.Null | exp.Placeholder) or value.is_string:
                yield f"{column.sql('redshift')} has no type"


def _additions(tree: exp.Expr) -> Iterator[str]:
    """r_ALTER_TABLE.html: one column at a time, which may be null."""
    if isinstance(tree, exp.Alter):
        actions = tree.args["actions"]
        if len(actions) > 1 or tree.find(exp.NotNullColumnConstraint):
            yield "columns are added one at a time, and may be null"


def _catalogue(tree: exp.Expr) -> Iterator[str]:
    """c_sql-functions-leader-node.html: what only the leader node has is asked alone."""
    schemas = {table.db for table in tree.find_all(exp.Table)}
    if "information_schema" in schemas and len(schemas) > 1:
        yield "the catalogue is asked alone"


def _truth(tree: exp.Expr) -> Iterator[str]:
    """r_Boolean_type.html: `is true` is a predicate of WHERE, and no column."""
    for node in tree.find_all(exp.Is):
        if isinstance(node.expression, exp.Boolean) and not node.find_ancestor(exp.Where):
            yield f"{node.sql('redshift')} stands outside of WHERE"
