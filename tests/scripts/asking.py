"""Asking a small warehouse, connection `small`, as a person does."""

from __future__ import annotations

import os
import subprocess
import sys

from local.commands import sql as command
from tests.conftest import ROOT

ROWS = 500


def run(*words: str) -> int:
    return command.main(["--connection", "small", *words])


def started(*words: str) -> subprocess.Popen[str]:
    """Start scripts/sql as its shell wrapper does once .venv is ready."""
    return subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "scripts" / "start.py"),
            "sql",
            "--connection",
            "small",
            *words,
        ],
        env={**os.environ, "PYTHONPATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
