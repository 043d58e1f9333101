"""Makes `.venv` with the pinned requirements, unless it stands already. Standard library only.

Usage: prepare_venv.py COMMAND. A stamp inside the venv, written last, says what was installed;
without it the venv is half made and is made again. A lock lets two starts at once take turns.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
STAMP = VENV / "requirements.json"
UV = "uv==0.13.9"
# With PostgreSQL's driver: a PostgreSQL is brought for Airflow anyway, and may be a warehouse too.
TO_RUN = ("requirements.txt", "requirements-local.txt", "requirements-postgres.txt")
TO_TEST = (*TO_RUN, "requirements-dev.txt")

Stamp = dict[str, str]


def wanted_stamp(project: Path, venv: Path, names: tuple[str, ...]) -> Stamp:
    """Return what a ready venv says of itself: where it is, and a digest of each requirements file.

    The place counts because a venv's commands name it: a moved one does not work.
    """
    digests = {name: hashlib.sha256((project / name).read_bytes()).hexdigest() for name in names}
    return {"venv": str(venv), **digests}


def next_step(wanted: Stamp, found: Stamp | None) -> Literal["use", "add", "make"]:
    """Decide: use the venv as it is, add requirements that it lacks, or make it anew."""
    if found is None or any(found.get(key, value) != value for key, value in wanted.items()):
        return "make"
    return "use" if wanted.keys() <= found.keys() else "add"


def prepare(names: tuple[str, ...]) -> None:
    """Bring `.venv` to the state that the named requirements files ask for."""
    wanted = wanted_stamp(PROJECT, VENV, names)
    if next_step(wanted, _found_stamp()) == "use":
        return
    with (PROJECT / TO_RUN[0]).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = _found_stamp()
        step = next_step(wanted, found)
        if step == "use":
            return
        started = time.monotonic()
        if step == "make":
            _make_venv()
            found = None
        STAMP.unlink(missing_ok=True)
        _install([name for name in names if name not in (found or {})])
        STAMP.write_text(json.dumps({**(found or {}), **wanted}, indent=1), encoding="utf-8")
        _say(f"Python packages are ready ({time.monotonic() - started:.0f} s).")


def _found_stamp() -> Stamp | None:
    if not (VENV / "bin" / "python").exists():
        return None
    try:
        stamp: Stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp


def _make_venv() -> None:
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            f"{sys.executable} has no `venv` or `ensurepip`: no virtual environment can be made.\n"
            f"On Debian and Ubuntu: apt install python{version}-venv. Then start again."
        )
    _say(f"Making .venv with Python {sys.version.split()[0]} ({sys.executable}) …")
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def _install(names: list[str]) -> None:
    """Install with uv, which takes seconds; with pip, about a minute, where uv cannot be had."""
    _say(f"Installing {', '.join(names)} …")
    files = [argument for name in names for argument in ("-r", str(PROJECT / name))]
    python = str(VENV / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    uv = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python]
    if _succeeds([*pip, UV]) and _succeeds([*uv, *files]):
        return
    _say("uv could not do it: trying plain pip, which takes about a minute …")
    if not _succeeds([*pip, *files]):
        sys.exit("The Python packages could not be installed: see above. Nothing was started.")


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, check=False).returncode == 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        prepare(TO_TEST if sys.argv[1:] == ["test"] else TO_RUN)
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"The virtual environment could not be made: {error}")
