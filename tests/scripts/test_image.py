"""The image's recipe, and its steps as far as they can be taken without Docker."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from local.place import PROJECT
from local.requirement_files import requirements

LINES = (PROJECT / "Dockerfile").read_text(encoding="utf-8").splitlines()
LOAD = """
import sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1], bundle_name="dags-folder")
print(len(bag.dags), bag.import_errors)
sys.exit(not bag.dags or bool(bag.import_errors))
"""


def copies() -> list[tuple[str, str]]:
    """Return each COPY's source and target."""
    found = [line.split() for line in LINES if line.startswith("COPY ")]
    return [(words[-2], words[-1]) for words in found]


def test_base_image_is_the_pinned_airflow() -> None:
    pins = {pin.name: str(pin.specifier) for pin in requirements(PROJECT / "requirements.txt")}

    base = re.fullmatch(r"FROM apache/airflow:(\S+)-python3\.12", LINES[1])

    assert base
    assert pins["apache-airflow"] == f"=={base[1]}"


def test_what_is_copied_exists() -> None:
    assert {source for source, _ in copies()} == {"requirements.txt", "dags", "plugins", "include"}
    assert all((PROJECT / source).exists() for source, _ in copies())


def test_image_does_not_run_as_root() -> None:
    users = [line.split()[1] for line in LINES if line.startswith("USER ")]

    assert users
    assert users[-1].partition(":")[0] not in {"root", "0"}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take the Dockerfile's steps below a directory; its Python is image/venv/bin/python."""
    root = tmp_path_factory.mktemp("image")
    subprocess.run([sys.executable, "-m", "venv", str(root / "venv")], check=True)
    python = str(root / "venv" / "bin" / "python")
    locked = ["--quiet", "-r", str(PROJECT / "requirements.txt")]
    uv = [sys.executable, "-m", "uv", "pip", "install", "--python", python]
    pip = [python, "-m", "pip", "install"]  # where the venv was made without uv
    subprocess.run([*(uv if find_spec("uv") else pip), *locked], check=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.duckdb*")
    for source, target in copies():
        place = root / target.lstrip("/")
        if (PROJECT / source).is_dir():
            shutil.copytree(PROJECT / source, place, ignore=ignored)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / source, place)
    return root


def test_locked_packages_agree_with_each_other(image: Path) -> None:
    python = image / "venv" / "bin" / "python"

    subprocess.run([python, "-m", "pip", "check"], check=True)


def test_dags_load_from_the_image(image: Path, tmp_path: Path) -> None:
    home = image / "opt" / "airflow"
    environment = {
        "PATH": os.environ["PATH"],
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }

    loaded = subprocess.run(
        [image / "venv" / "bin" / "python", "-c", LOAD, str(home / "dags")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
