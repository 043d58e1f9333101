"""The browser that the tests of Airflow's pages drive: the system's Chromium or Chrome.

Playwright's own download of one is not used: the system's is kept up to date with the system.
"""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT_GET = ("apt-get", "-o", "DPkg::Lock::Timeout=300")  # another apt-get may be at work
STEPS = (("update",), ("install", "-y", "--no-install-recommends", "chromium"))
WHAT_TO_DO = (
    "The test of backfills in Airflow's UI needs a browser. On Debian, as root:\n"
    "  apt-get update && apt-get install --no-install-recommends chromium\n"
    "Elsewhere, install Chromium or Google Chrome and put it on the PATH. Then start again."
)
LAST_LINES = 5


class NoChromiumError(Exception):
    """There is no browser; says what was tried and what to install."""


def installed_chromium() -> str:
    """Return the path of the browser. Raises NoChromiumError where none runs."""
    found = next((path for name in NAMES if (path := shutil.which(name)) and _runs(path)), None)
    if found is None:
        raise NoChromiumError(f"None of {', '.join(NAMES)} runs here. {WHAT_TO_DO}")
    return found


def ensured_chromium() -> str:
    """Return the path of the browser, installed by apt-get where that is missing and can be done.

    Raises NoChromiumError where it is neither there nor to be had.
    """
    try:
        return installed_chromium()
    except NoChromiumError:
        if os.geteuid() != 0 or shutil.which(APT_GET[0]) is None:
            raise
    for step in STEPS:
        _apt_get(*step)
    return installed_chromium()


def _runs(path: str) -> bool:
    """Tell whether it says its version; Ubuntu's `chromium-browser` may only name a snap."""
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def _apt_get(*arguments: str) -> None:
    done = subprocess.run(
        [*APT_GET, *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = "\n".join(done.stdout.splitlines()[-LAST_LINES:])
        raise NoChromiumError(f"apt-get {' '.join(arguments)} failed:\n{said}\n{WHAT_TO_DO}")
