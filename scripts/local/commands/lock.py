"""scripts/lock: requirements*.txt anew from requirements*.in."""

from __future__ import annotations

import subprocess
import sys

from local.place import PROJECT

# In this order: each is constrained by those before it.
NAMES = (
    "requirements",
    "requirements-local",
    "requirements-postgres",
    "requirements-snowflake",
    "requirements-redshift",
    "requirements-bigquery",
    "requirements-dev",
)
COMPILE = (
    "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--no-emit-index-url",
    "--no-emit-find-links",
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Compile each file; the arguments, such as --upgrade, go to uv."""
    for name in NAMES:
        files = [f"{name}.in", "-o", f"{name}.txt"]
        status = subprocess.run(
            [sys.executable, "-m", "uv", *COMPILE, *arguments, *files], cwd=PROJECT, check=False
        ).returncode
        if status != 0:
            print(f"scripts/lock: {name}.txt was not compiled: see above.", file=sys.stderr)
            return 1
    return 0
