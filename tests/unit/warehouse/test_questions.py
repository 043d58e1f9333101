"""What no warehouse is asked, whichever engine is behind it: nobody is there to be asked here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from listrak.errors import QuestionError
from listrak.warehouse.engines import ENGINES, WarehouseFields, open_door
from listrak.warehouse.warehouse import Door, Parameter

STAGING = {"staging": "s3://nowhere/rows", "iam_role": "arn:aws:iam::1:role/none"}
FIELDS: Mapping[str, Mapping[str, Any]] = {
    "duckdb": {},
    "postgres": {"host": "nowhere.invalid", "schema": "d", "login": "l"},
    "redshift": {
        "host": "nowhere.invalid", "schema": "d", "login": "l", "password": "p", "extra": STAGING,
    },
    "snowflake": {"login": "l", "password": "p", "extra": {"account": "a", "database": "d"}},
    "google_cloud_platform": {"extra": {"project": "p"}},
}  # fmt: skip


@pytest.fixture(params=list(ENGINES))
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Door:
    fields = dict(FIELDS[request.param])
    extra = json.dumps(fields.pop("extra", {}))
    return open_door(WarehouseFields("w", request.param, extra=extra, **fields), tmp_path)


@pytest.mark.parametrize(
    ("text", "parameters"),
    [("select 'caf\udce9' as x", []), ("select $1", ["caf\udce9"]), ("select '\0'", [])],
)
def test_what_is_no_text_is_refused(text: str, parameters: Sequence[Parameter], door: Door) -> None:
    with pytest.raises(QuestionError, match="is none: write it as UTF-8"):
        door.ask(text, parameters)
