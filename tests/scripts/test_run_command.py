"""What scripts/run refuses before it starts anything."""

from __future__ import annotations

import pytest

from local.commands import run as command


@pytest.mark.parametrize(
    ("conf", "said"),
    [
        (
            '{"dry_runn": false}',
            "there is no 'dry_runn'; there are dry_run, full_resync, allow_mass_removal",
        ),
        ('{"dry_run": "yes"}', "dry_run: expected true or false"),
        ('{"full_resync": 0}', "full_resync: expected true or false"),
        ("[]", 'is not a JSON object such as {"dry_run": true}'),
    ],
)
def test_conf_is_checked_before_anything_is_started(
    conf: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--conf", conf])

    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: argument --conf: {said}\n")


def test_help_shows_a_conf_that_is_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--help"])

    assert ended.value.code == 0
    assert '{"dry_run": true}' in capsys.readouterr().out
