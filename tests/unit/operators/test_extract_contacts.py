from __future__ import annotations

from typing import Any, cast

import pytest
from airflow.sdk import Context

from listrak.operators.extract_contacts import ExtractContactsOperator


@pytest.mark.parametrize(
    ("name", "label"), [("1 News", "1 News"), ("2 N\x00ul\n", "2 Nul"), ("n" * 300, "n" * 200)]
)
def test_label_is_one_that_airflow_can_keep(name: str, label: str) -> None:
    context: dict[str, Any] = {}

    ExtractContactsOperator._label(cast("Context", context), name)

    assert context == {"list_label": label}
