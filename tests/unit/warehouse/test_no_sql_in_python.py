"""SQL stands in the files under include/sql, and in no string of the program."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from listrak.warehouse.dialect import DIALECTS
from listrak.warehouse.statements import SQL_FOLDER
from tests.conftest import ROOT

PACKAGE = ROOT / "plugins" / "listrak"
MODULES = sorted(PACKAGE.rglob("*.py"))
STATEMENTS = (
    exp.Query, exp.DML, exp.DDL, exp.Alter, exp.Analyze, exp.Attach, exp.Commit, exp.Copy,
    exp.Describe, exp.Detach, exp.Drop, exp.Grant, exp.Pragma, exp.Rollback, exp.Set, exp.Show,
    exp.Transaction, exp.TruncateTable, exp.Use,
)  # fmt: skip
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
RUNNING = ("execute", "executemany", "fetch", "run", "read", "is_so", "statement")


def strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield each string but docstrings, with its line; what an f-string puts in is `x`."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            skipped.update(ast.walk(node.body[0]))
        if node in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            skipped.update(part for part in node.values if isinstance(part, ast.Constant))
            parts = [each.value if isinstance(each, ast.Constant) else "x" for each in node.values]
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def is_statement(text: str) -> bool:
    """Whether any engine would take it for a statement; one word may be a file's name."""
    return " " in text.strip() and any(_reads_as_statement(text, each) for each in DIALECTS)


def _reads_as_statement(text: str, engine: str) -> bool:
    try:
        return any(isinstance(tree, STATEMENTS) for tree in sqlglot.parse(text, read=engine))
    except SqlglotError:
        return False


def run_by_name(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield each string that a call is given as the statement to run, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            function, first = node.func, node.args[0]
            named = getattr(function, "attr", None) or getattr(function, "id", None)
            if (
                named in RUNNING
                and isinstance(first, ast.Constant)
                and isinstance(first.value, str)
            ):
                yield first.lineno, first.value


def is_name(text: str, module: Path) -> bool:
    """Whether a statement is called so: in full, or in the folder of the module's engine."""
    engine = module.parent.name
    return any((SQL_FOLDER / folder / f"{text}.sql").is_file() for folder in ("", engine))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_has_no_sql_in_it(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "sqlglot")
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert [each for each in strings(tree) if is_statement(each[1])] == []
    assert [each for each in run_by_name(tree) if not is_name(each[1], path)] == []


@pytest.mark.parametrize(
    "source",
    [
        "x = 'select a from b where c'",
        "x = f\"attach '{path}' as {name}\"",
        "x = f'delete from {table}'",
        "x = ('insert into a (b)\\n'\n    'values (1)')",
        "x = 'set timezone = 1'",
        "def f():\n    '''A docstring.'''\n    return 'drop table a'",
    ],
)
def test_sql_would_be_found(source: str) -> None:
    assert any(is_statement(text) for _, text in strings(ast.parse(source)))


@pytest.mark.parametrize("source", ["connection.execute('checkpoint')", "statement('begin')"])
def test_word_that_is_run_would_be_found(source: str) -> None:
    [(_, word)] = run_by_name(ast.parse(source))

    assert not is_name(word, MODULES[0])
    assert is_name("begin", PACKAGE / "warehouse" / "redshift" / "cluster.py")
