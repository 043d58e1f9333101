"""An address that is asked for, in any case: lowered as the key of the tables is, by Python."""

from __future__ import annotations

import pytest

from listrak.warehouse.warehouse import Door
from local.saved_queries import question
from tests.unit.diff.deciding import key, snapshot
from tests.unit.inspect.asking import ask

# A server's locale C lowers no É, and engines make other letters of İ than Python does.
ASKED = ["Émile@Example.com", "İpek@example.com", "  ANN@example.com "]


@pytest.mark.parametrize("asked", ASKED)
def test_contact_is_found_by_its_address_in_any_case(asked: str, warehouse: Door) -> None:
    snapshot(warehouse, key(0), {asked.strip().lower(): None})

    found = ask(warehouse, "contact_history", f"email={asked}", columns="event")

    assert found == [("joined",), ("pending",)]


@pytest.mark.parametrize("name", ["contact_history", "last_told"])
@pytest.mark.parametrize("engine", ["duckdb", "postgres"])
def test_engine_gets_the_address_as_the_tables_have_it(name: str, engine: str) -> None:
    asked = question([name, "email= İpek@Example.com "], engine)

    assert "i̇pek@example.com" in asked.values
    assert "lower(" not in asked.text.lower()
