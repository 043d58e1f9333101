"""fakesnow as a server: `python -m tests.unit.warehouse.snowflake_stand_in PORT`.

Snowflake's real client logs in to it, sends it statements and files, and reads its Arrow. Behind it
is a DuckDB in memory that is handed a translation of Snowflake's SQL. So it cannot show

- whether Snowflake itself takes a statement: test_snowflake_statements.py holds each to what is
  documented, and only an account can tell the rest;
- what several tasks at once do: locks, `lock_timeout`, waiting for the turn, a transaction that
  idles and is ended by whoever waits;
- rights and roles, virtual warehouses, their quotas and timeouts: only the numbers of these errors
  are tested;
- a DDL statement of `use`, which it does not commit at, as it does at the others;
- cluster keys, transient tables and Time Travel, which it drops from what it runs;
- how fast anything is, and a real stage: files go to a folder of this machine.

fakesnow 0.12 sends a time that is null as 1970, and knows no `remove`: here it is sent as null, and
the files of the stage are removed, as Snowflake does.
"""

from __future__ import annotations

import logging
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import duckdb
import fakesnow.arrow
import pyarrow as pa
import pyarrow.compute as pc
import uvicorn
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.server import app
from fakesnow.transforms.stage import internal_dir
from snowflake.connector.errors import ProgrammingError

as_struct = fakesnow.arrow.timestamp_to_sf_struct
execute = FakeSnowflakeCursor.execute
REMOVE = re.compile(r"^remove @listrak\.rows_under_way/?(\S*?);?\s*$", re.MULTILINE)


def as_struct_or_null(times: Any) -> Any:
    whole = times.combine_chunks()
    struct: Any = as_struct(pc.fill_null(whole, 0))
    fields = [struct.type.field(place) for place in range(struct.type.num_fields)]
    return pa.StructArray.from_arrays(struct.flatten(), fields=fields, mask=pc.is_null(whole))


def execute_or_remove(self: Any, command: str, *values: Any, **options: Any) -> Any:
    removal = REMOVE.search(command)
    if removal is None:
        return execute(self, command, *values, **options)
    stage = internal_dir(f"{self._conn.database}.LISTRAK.ROWS_UNDER_WAY")
    shutil.rmtree(Path(stage) / removal[1], ignore_errors=True)
    try:
        return execute(self, "select 'removed' as result", **options)
    except duckdb.TransactionException as error:  # it answers nothing more after an error
        raise ProgrammingError("removed") from error


if __name__ == "__main__":
    FakeSnowflakeCursor.execute = execute_or_remove  # type: ignore[method-assign]
    fakesnow.arrow.timestamp_to_sf_struct = as_struct_or_null  # type: ignore[assignment]
    logging.getLogger("fakesnow.server").setLevel(logging.ERROR)
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # says what is dropped, at every table
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
