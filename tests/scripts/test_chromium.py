"""The browser of the tests is found, or installed, or asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local.chromium import NoChromiumError, ensured_chromium, installed_chromium
from local.commands import test as test_command

INSTALLS = """
echo "$*" >> {asked}
case "$*" in *install*chromium) printf '#!/bin/sh\\n' > {path}; /bin/chmod +x {path} ;; esac
"""
REFUSES = """
echo "E: Unable to locate package chromium" >&2
exit 100
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the one directory of the PATH, empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return folder


def add_program(folder: Path, name: str, script: str = "") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_browser_on_the_path_is_used_and_nothing_installed(programs: Path, name: str) -> None:
    path = add_program(programs, name)
    add_program(programs, "apt-get", REFUSES)

    assert installed_chromium() == path
    assert ensured_chromium() == path


def test_browser_that_does_not_run_is_passed_over(programs: Path) -> None:
    add_program(programs, "chromium", "exit 1")
    runs = add_program(programs, "chromium-browser")

    assert installed_chromium() == runs


def test_missing_browser_is_installed_by_root_with_apt(programs: Path) -> None:
    asked = programs.parent / "asked"
    path = programs / "chromium"
    add_program(programs, "apt-get", INSTALLS.format(asked=asked, path=path))

    assert ensured_chromium() == str(path)
    update, install = asked.read_text(encoding="utf-8").splitlines()
    assert update.endswith("update")
    assert install.endswith("install -y --no-install-recommends chromium")


def test_failed_installation_tells_what_apt_said(programs: Path) -> None:
    add_program(programs, "apt-get", REFUSES)

    with pytest.raises(NoChromiumError, match="Unable to locate package chromium") as failure:
        ensured_chromium()

    assert "install Chromium or Google Chrome" in str(failure.value)


def test_installation_that_brings_no_browser_is_no_success(programs: Path) -> None:
    add_program(programs, "apt-get")

    with pytest.raises(NoChromiumError, match="None of chromium"):
        ensured_chromium()


@pytest.mark.parametrize("user", [0, 1000])
def test_without_root_or_apt_it_is_asked_for(
    programs: Path, monkeypatch: pytest.MonkeyPatch, user: int
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    if user != 0:
        add_program(programs, "apt-get", "exit 0")

    with pytest.raises(NoChromiumError, match="apt-get install --no-install-recommends chromium"):
        ensured_chromium()


def test_scripts_test_fails_with_that_message_and_runs_no_test(
    programs: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(test_command, "CHECKS", ())
    add_program(programs, "apt-get", REFUSES)

    status = test_command.main([])

    printed = capfd.readouterr()
    assert status == 1
    assert printed.out.split() == ["browser", "FAILED"]
    assert "Unable to locate package chromium" in printed.err
