"""scripts/test: every check, each named; the first that fails ends it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from local.chromium import NoChromiumError, ensured_chromium
from local.environment import DROPPED
from local.place import PROJECT
from local.requirement_files import lock_mistakes

CODE = ("plugins", "dags", "scripts", "sandbox", "tests")


@dataclass(frozen=True)
class Check:
    """One program of the venv and its arguments."""

    title: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


CHECKS = (
    Check("format", ("ruff", "format", "--check", ".")),
    Check("lint", ("ruff", "check", ".")),
    Check("types", ("mypy", *CODE)),
    Check("imports between modules", ("lint-imports",), {"PYTHONPATH": "plugins"}),
    Check("SQL", ("sqlfluff", "lint", "include/sql")),
    Check("Dockerfile", ("hadolint", "Dockerfile")),
    Check("installed packages", ("python", "-m", "pip", "check")),
)
PYTEST = Check("tests", ("pytest",))
# One process a core, up to where Airflow's own tests take longest; see tests/conftest.py.
ON_ALL_CORES = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadscope")


def main(arguments: list[str]) -> int:
    """Run the checks and then pytest; with arguments only pytest, with them. 0 when all pass."""
    os.chdir(PROJECT)
    if arguments:
        return _run(Check("tests", (*PYTEST.command, *arguments)))
    for mistake in (mistakes := lock_mistakes(PROJECT)):
        print(mistake, file=sys.stderr)
    if mistakes:
        return 1
    whole = Check(PYTEST.title, (*PYTEST.command, *ON_ALL_CORES))
    passed = all(_run(check) == 0 for check in CHECKS) and _has_browser() and _run(whole) == 0
    return 0 if passed else 1


def _has_browser() -> bool:
    """Bring the browser that one of the tests drives; without it no test is run."""
    print(f"{'browser':<26}", end="", flush=True)
    began = time.monotonic()
    try:
        ensured_chromium()
    except NoChromiumError as error:
        print("FAILED", flush=True)
        print(error, file=sys.stderr)
        return False
    print(f"ok  ({time.monotonic() - began:.0f} s)", flush=True)
    return True


def _run(check: Check) -> int:
    """Run a check: quietly, its output shown if it fails; pytest aloud, for it takes minutes."""
    print(f"{check.title:<26}", end="\n" if check.title == PYTEST.title else "", flush=True)
    began = time.monotonic()
    program = str(Path(sys.executable).parent / check.command[0])
    environ = {key: value for key, value in os.environ.items() if key not in DROPPED}
    done = subprocess.run(
        [program, *check.command[1:]],
        env={**environ, **check.environment},
        capture_output=check.title != PYTEST.title,
        text=True,
        check=False,
    )
    print(
        f"{'ok' if done.returncode == 0 else 'FAILED'}  ({time.monotonic() - began:.0f} s)",
        flush=True,
    )
    if done.returncode != 0:
        print(done.stdout or "", done.stderr or "", sep="", file=sys.stderr)
        print(f"scripts/test: {' '.join(check.command)} failed.", file=sys.stderr)
    return done.returncode
