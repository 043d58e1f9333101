"""`python -m sandbox` as `scripts/run` starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sandbox.__main__ import configured_lists

ROOT = Path(__file__).parents[2]
SOURCES = """
sources:
  - name: A
    lists: [{id: 12345, user_id_field: 2446151}, {id: 67890}]
  - {name: B, lists: [{id: 12345}, {id: 3}]}
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    sources = tmp_path / "sources.yaml"
    sources.write_text(SOURCES)
    options = ["--directory", str(tmp_path / "kept"), "--sources", str(sources)]
    return [sys.executable, "-m", "sandbox", *options, "--contacts", "50"]


@pytest.fixture
def sandbox(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def ready(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout
    connections: dict[str, str] = json.loads(process.stdout.readline())
    return connections


def test_one_line_tells_how_to_connect(sandbox: subprocess.Popen[str]) -> None:
    told = ready(sandbox)

    form = {"grant_type": "client_credentials"}
    form |= {name: told[name] for name in ("client_id", "client_secret")}
    token = requests.post(told["token_url"], data=form, timeout=5).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    lists = requests.get(f"{told['listrak_host']}/v1/List", headers=headers, timeout=5).json()
    settings = told["settings_url"].format(write_key=told["write_key"])

    assert [each["listId"] for each in lists["data"]] == [12345, 67890, 3]
    assert requests.get(settings, timeout=5).status_code == 200
    assert "SANDBOX" in requests.get(told["segment_host"], timeout=5).text


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_cleanly(name: signal.Signals, sandbox: subprocess.Popen[str]) -> None:
    ready(sandbox)

    sandbox.send_signal(name)

    assert sandbox.stdout
    assert sandbox.stdout.read() == ""
    assert sandbox.wait(timeout=10) == 0


def test_death_of_the_parent_ends_it(command: list[str]) -> None:
    script = "import subprocess, sys; subprocess.Popen(sys.argv[1:]).stdout; sys.stdin.read()"
    parent = subprocess.Popen(
        [sys.executable, "-c", script, *command],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        ready(parent)

        os.kill(parent.pid, signal.SIGKILL)

        assert parent.stdout
        assert parent.stdout.read() == ""  # the orphan held the other end until it ended


@pytest.mark.parametrize(
    "content", ["", "sources: 3", "sources: [{lists: [3]}, {lists: [{id: x}]}]", "a: [", "\x00"]
)
def test_wrong_sources_file_gives_no_list(content: str, tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(content)

    assert configured_lists(path) == {}


def test_lists_of_every_source_are_made_up(tmp_path: Path) -> None:
    path = tmp_path / "sources.yaml"
    path.write_text(SOURCES)

    assert configured_lists(path) == {12345: 2446151, 67890: None, 3: None}
