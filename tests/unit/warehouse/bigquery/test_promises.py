"""The stand-in stands what a real account has to: promises, story, statements, upgrade, turns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.warehouse.accounts.bigquery import BigQueryProject
from tests.unit.warehouse.accounts.checks import CHECKS
from tests.unit.warehouse.bigquery.stand_in import StandIn


@pytest.mark.parametrize("check", CHECKS)
def test_stand_in_stands(check: str, stand_in: StandIn, tmp_path: Path) -> None:
    patient = replace(stand_in.settings, lock_timeout=20.0)

    CHECKS[check](BigQueryProject(patient).fresh(), tmp_path)
