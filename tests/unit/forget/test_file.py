"""What docs/erasure.md says of the warehouse's file."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

from listrak.forget.address import address_sha256
from listrak.forget.contact import forget_contact
from listrak.warehouse.duckdb.file import DuckDBFile
from tests.conftest import ROOT
from tests.unit.conftest import Query
from tests.unit.forget.rows import add, rows_of

ANN = "ann@example.com"


def documented_copy() -> str:
    """The program in docs/erasure.md that copies the file."""
    page = (ROOT / "docs" / "erasure.md").read_text(encoding="utf-8")
    return page.split("<<'PYTHON'\n")[1].split("PYTHON\n")[0]


def test_copied_file_holds_no_byte_of_the_address_and_all_the_rest(
    duckdb_file: DuckDBFile, query: Query
) -> None:
    for address in (ANN, "bob@example.com"):
        add(duckdb_file, rows_of(address))
    forget_contact(duckdb_file, address_sha256(ANN), datetime(2026, 3, 1))
    columns = "select table_name, column_name, data_type from duckdb_columns() order by all"
    before = query(columns)
    assert ANN.encode() in duckdb_file.path.read_bytes()  # else there is no need to copy it

    subprocess.run([sys.executable, "-c", documented_copy(), str(duckdb_file.path)], check=True)

    assert ANN.encode() not in duckdb_file.path.read_bytes()
    assert query(columns) == before
    for table in ("contact_versions", "trait_changes", "current_traits"):
        assert query(f"select email from {table}") == [("bob@example.com",)]
    forget_contact(duckdb_file, address_sha256(ANN), datetime(2026, 3, 2))  # needs the primary key
    assert query("select count(*) from forgotten_contacts") == [(1,)]
    assert sorted(path.name for path in duckdb_file.path.parent.iterdir()) == ["listrak.duckdb"]
