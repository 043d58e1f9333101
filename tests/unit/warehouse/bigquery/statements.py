"""Every statement that BigQuery gets, and the parameters that the stages give it."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
from google.cloud.bigquery import ScalarQueryParameter

from listrak.warehouse.bigquery.parameters import typed
from listrak.warehouse.bigquery.rows import COLUMN_TYPES, create_rows
from listrak.warehouse.dialect import DIALECTS, written_for
from listrak.warehouse.statements import table_names
from listrak.warehouse.warehouse import Parameter
from tests.unit.diff.deciding import FIRST
from tests.unit.warehouse.test_dialect import LENT
from tests.unit.warehouse.test_statements import ALL_STATEMENTS

OTHERS = tuple(f"{engine}/" for engine in DIALECTS if engine != "bigquery")
# What the analyzer does not know: a procedure of BigQuery's own, and views of its service, which
# the door asks otherwise.
BEYOND_IT = (
    "bigquery/end_session",
    "bigquery/end_other_session",
    "warehouse/has_schema",
    "warehouse/has_tables",
)
OWN_TABLES = [name for name in ALL_STATEMENTS if name.startswith("bigquery/tables/")]
REPLACED = [name.removeprefix("bigquery/") for name in OWN_TABLES]
STATEMENTS = [
    name
    for name in ALL_STATEMENTS
    if not name.startswith(OTHERS) and name not in (*BEYOND_IT, *REPLACED)
]
COUNTS = ("list_id", "at_most", "looked_up", "version")
TIMES = ("since", "now", "latest_credible")
# What Google's analyzer took, by digest: asking it takes half a minute.
TAKEN = Path(__file__).with_name("taken.json")


def value(statement: str, parameter: str) -> Parameter:
    """A value of the type that the stages give."""
    if parameter == "removals":
        return True
    if parameter.endswith("_count") or parameter in COUNTS or statement == "diff/fetch_differences":
        return 1
    return FIRST if parameter.endswith(("_at", "_before")) or parameter in TIMES else "text"


def given(name: str) -> list[ScalarQueryParameter]:
    written = written_for("bigquery", name)
    return [typed(each, value(name, each), written.types.get(each)) for each in written.parameters]


def taken() -> dict[str, str]:
    found: dict[str, str] = json.loads(TAKEN.read_text(encoding="utf-8"))
    return found


def digests() -> dict[str, str]:
    """A digest of each statement with all that the analyzer's word on it depends on."""
    tables = [written_for("bigquery", name).text for name in table_names("bigquery")]
    lent = [str(schema) for schema in LENT.values()]
    rows = create_rows("mine", pa.schema([pa.field(str(each), each) for each in COLUMN_TYPES]))
    around = "\n".join([version("zetasql"), *tables, *lent, rows])
    return {
        name: sha256(
            f"{around}\n{written_for('bigquery', name).text}\n"
            f"{[(each.name, each.type_) for each in given(name)]}".encode()
        ).hexdigest()
        for name in STATEMENTS
    }
