"""When the venv is used, added to, or made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from prepare_venv import TO_RUN, TO_TEST, Stamp, next_step, wanted_stamp

RUN = {"venv": "/v", "requirements.txt": "1", "requirements-local.txt": "2"}
TEST = {**RUN, "requirements-dev.txt": "3"}


@pytest.mark.parametrize(
    ("wanted", "found", "step"),
    [
        (RUN, None, "make"),
        (RUN, RUN, "use"),
        (RUN, TEST, "use"),
        (TEST, RUN, "add"),
        (TEST, {**RUN, "requirements.txt": "old"}, "make"),
        (RUN, {**RUN, "venv": "/moved"}, "make"),
    ],
)
def test_next_step(wanted: Stamp, found: Stamp | None, step: str) -> None:
    assert next_step(wanted, found) == step


def test_changed_requirements_change_the_stamp(tmp_path: Path) -> None:
    for name in TO_TEST:
        (tmp_path / name).write_text("one==1\n", encoding="utf-8")
    before = wanted_stamp(tmp_path, tmp_path / ".venv", TO_RUN)

    (tmp_path / TO_RUN[1]).write_text("one==2\n", encoding="utf-8")

    assert wanted_stamp(tmp_path, tmp_path / ".venv", TO_RUN) != before
    assert set(before) == {"venv", *TO_RUN}
