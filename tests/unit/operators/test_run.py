from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from airflow.sdk import Context

from listrak.diff.rules import Asked
from listrak.errors import SettingsError
from listrak.operators.run import asked


def context(conf: dict[str, Any] | None, **params: bool) -> Context:
    return cast("Context", {"dag_run": SimpleNamespace(conf=conf), "params": params})


def test_run_is_asked_what_its_params_say() -> None:
    assert asked(context({"dry_run": True}, dry_run=True, full_resync=False)) == Asked(dry_run=True)
    assert asked(context(None)) == Asked()


@pytest.mark.parametrize("conf", [{"dryrun": True}, {"dry_run": True, "full_resynk": True}])
def test_param_there_is_none_of_fails_the_run(conf: dict[str, bool]) -> None:
    with pytest.raises(SettingsError, match="there are dry_run, full_resync, allow_mass_removal"):
        asked(context(conf, dry_run=True))


def test_what_a_run_was_asked_for_reads_as_its_names() -> None:
    assert str(Asked(dry_run=True, allow_mass_removal=True)) == "dry_run, allow_mass_removal"
    assert str(Asked()) == ""
