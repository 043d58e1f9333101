"""The lock files hold what the short ones ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.place import PROJECT
from local.requirement_files import lock_mistakes


def test_lock_files_are_up_to_date() -> None:
    assert lock_mistakes(PROJECT) == []


@pytest.mark.parametrize(
    ("lock", "mistakes"),
    [
        ("A_b==2.1\n    # via -r requirements.in\nother==1 ; sys_platform == 'x'\n", 0),
        ("a-b==1.9\n", 1),
        ("other==1\n", 1),
        (None, 1),
    ],
)
def test_requirement_that_is_not_pinned_so_is_named(
    tmp_path: Path, lock: str | None, mistakes: int
) -> None:
    (tmp_path / "requirements.in").write_text("-c x.txt\na-b>=2  # why\n", encoding="utf-8")
    if lock is not None:
        (tmp_path / "requirements.txt").write_text(lock, encoding="utf-8")

    found = lock_mistakes(tmp_path)

    assert len(found) == mistakes
    assert all(each.endswith("run scripts/lock") for each in found)
