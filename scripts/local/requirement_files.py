"""Whether the lock files hold what the short ones ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def lock_mistakes(directory: Path) -> list[str]:
    """Return a line for each requirement of a `.in` file that its `.txt` does not pin so."""
    return [
        mistake
        for wanted in sorted(directory.glob("requirements*.in"))
        for mistake in _mistakes(wanted, wanted.with_suffix(".txt"))
    ]


def requirements(file: Path) -> Iterator[Requirement]:
    """Yield what a requirements file names, comments and options left out."""
    for line in file.read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text and not text.startswith("-"):
            yield Requirement(text)


def _mistakes(wanted: Path, lock: Path) -> Iterator[str]:
    if not lock.exists():
        yield f"{lock.name} is missing: run scripts/lock"
        return
    pins = {canonicalize_name(pin.name): pin.specifier for pin in requirements(lock)}
    for requirement in requirements(wanted):
        pinned = pins.get(canonicalize_name(requirement.name))
        versions = [each.version for each in pinned or () if each.operator == "=="]
        if not versions or not requirement.specifier.contains(versions[0], prereleases=True):
            yield f"{lock.name} does not pin {requirement}: run scripts/lock"
