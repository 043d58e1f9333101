"""The `airflow_local_settings` of the Airflow under test: task processes that die at their commits.

Airflow loads it into every process. It acts on tasks for which there is a folder
`$AIRFLOW_HOME/kills/<dag id>/<task id>`: their processes are killed just before and just after each
commit that writes, each once. A file in the folder says so: `when`, and what was `written`.

It also loads, once for all tasks that are forked from here, the libraries that each would load.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

__all__: list[str] = []  # Airflow would take every name in here for a setting

# The modules of the engines, with their warehouse and their transaction.
WAREHOUSES = {
    "listrak.warehouse.duckdb.file": ("DuckDBFile", "DuckDBTransaction"),
    "listrak.warehouse.postgres.server": ("PostgresServer", "PostgresTransaction"),
}
LOADED_ONCE = (
    "adbc_driver_postgresql.dbapi",
    "airflow.providers.http.hooks.http",
    "duckdb",
    "pandas",
    "pyarrow",
    "pydantic",
    "segment.analytics.request",
    "sqlglot",
)
ABOUT_THE_TRANSACTION = ("duckdb/", "postgres/")  # so begin statements that write nothing


class Watching(MetaPathFinder):
    """Lets an engine's module be changed once a task imports it."""

    def __init__(self, engine: str) -> None:
        self.engine = engine

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        if fullname != self.engine:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        assert spec
        assert spec.loader
        execute = spec.loader.exec_module

        def execute_and_change(module: ModuleType) -> None:
            execute(module)
            die_at_commits(*(getattr(module, name) for name in WAREHOUSES[self.engine]))

        spec.loader.exec_module = execute_and_change  # type: ignore[method-assign]  # this once
        return spec


def die_at_commits(warehouse: Any, opened: Any) -> None:
    """Let each transaction remember what it writes, and kill its process where that is due."""
    for name in ("execute", "insert"):
        setattr(opened, name, remembering(getattr(opened, name)))
    warehouse.transaction = dying(warehouse.transaction)


def remembering(write: Callable[..., Any]) -> Callable[..., Any]:
    def remembered(transaction: Any, name: str, /, *args: Any, **parameters: Any) -> Any:
        if not name.startswith(ABOUT_THE_TRANSACTION):
            vars(transaction).setdefault("written", []).append(name)
        return write(transaction, name, *args, **parameters)

    return remembered


def dying(
    transaction: Callable[[Any], AbstractContextManager[Any]],
) -> Callable[[Any], AbstractContextManager[Any]]:
    @contextmanager
    def dying_transaction(warehouse: Any) -> Iterator[Any]:
        with transaction(warehouse) as opened:
            yield opened
            written = list(dict.fromkeys(vars(opened).get("written", ())))
            kill_once("before", written)
        kill_once("after", written)

    return dying_transaction


def kill_once(when: str, written: list[str]) -> None:
    task = (os.environ.get(f"AIRFLOW_CTX_{kind}_ID", "none") for kind in ("DAG", "TASK"))
    folder = Path(os.environ["AIRFLOW_HOME"], "kills", *task)
    if not written or not folder.exists():
        return
    kill = json.dumps({"when": when, "written": written})
    try:
        with (folder / hashlib.sha256(kill.encode()).hexdigest()).open("x") as file:
            file.write(kill)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


sys.meta_path[:0] = map(Watching, WAREHOUSES)
for library in LOADED_ONCE:
    import_module(library)
