"""Every saved query is documented."""

from __future__ import annotations

import re

import pytest

from listrak.warehouse.statements import statement
from local.saved_queries import saved_queries
from tests.conftest import ROOT


@pytest.mark.parametrize("name", saved_queries())
def test_saved_query_stands_in_the_document_with_its_output(name: str) -> None:
    document = (ROOT / "docs" / "inspection.md").read_text(encoding="utf-8")

    assert re.search(rf"^\$ scripts/sql {name}\b.*\n┌", document, re.MULTILINE)


@pytest.mark.parametrize("name", saved_queries())
def test_heading_names_the_parameters_that_the_query_takes(name: str) -> None:
    declared = {each.name for each in saved_queries()[name].parameters}

    assert declared == set(re.findall(r"\$(\w+)", statement(f"inspect/{name}")))
    for each in declared:
        assert re.search(rf"\${each}::(bigint|timestamp|varchar)\b", statement(f"inspect/{name}"))
