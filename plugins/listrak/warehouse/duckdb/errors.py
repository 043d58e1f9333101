"""DuckDB's errors as this project's: what to do about each, without quoting any row.

DuckDB's own texts may hold values of the rows at hand (a constraint or conversion error does), so
only those about files are passed on.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from listrak.errors import ListrakSourceError, WarehouseRefusedError, WarehouseUnavailableError

NO_ROOM = ("No space left", "disk full", "Disk full", "File too large", "quota exceeded")


def is_locked(error: BaseException) -> bool:
    """Whether another process, or another connection of this one, has the file open."""
    in_this_process = type(error).__name__ == "ResourceInUseException"
    return in_this_process or (
        isinstance(error, duckdb.IOException) and "Could not set lock" in str(error)
    )


def holding_process(text: str) -> str:
    """Return ` (PID n)` where DuckDB names the process that holds the lock, else nothing."""
    found = re.search(r"\(PID (\d+)\)", text)
    return f" (process {found[1]})" if found else ""


def warehouse_error(error: duckdb.Error, conn_id: str, path: Path) -> ListrakSourceError:
    """Return what the caller should do about `error`."""
    where = f"Connection `{conn_id}`: the warehouse {path}"
    text = str(error)
    if any(words in text for words in NO_ROOM):
        return WarehouseUnavailableError(
            f"{where} has no room left on its disk. Nothing of this step was kept. "
            "Make room; a task tries again by itself."
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return WarehouseUnavailableError(
            f"{where} needed more memory than its limit. Nothing of this step was kept. Raise the "
            'connection\'s extra `memory_limit` (such as "512MB"); a task tries again by itself.'
        )
    if isinstance(error, duckdb.IOException):
        return WarehouseRefusedError(
            f"{where} cannot be used: {text.splitlines()[0]} Nothing of this step was kept. "
            "The path must be a DuckDB file, or a new name, in a folder the tasks may write to."
        )
    return WarehouseRefusedError(
        f"{where} refused a statement ({type(error).__name__}). Nothing of this step was kept. "
        "May the tasks write to its folder? If the tables were made or changed by another program, "
        "keep the file and use a new one."
    )
