from __future__ import annotations

import pytest

from listrak.report.gone import warn_of_gone_sources
from tests.unit.diff.deciding import key, snapshot
from tests.unit.memory_warehouse import MemoryWarehouse


def test_pending_changes_of_a_source_that_is_gone_are_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    memory = MemoryWarehouse()
    for source in ("Here", "Gone"):
        snapshot(memory, key(0, source=source), {"a@x": None, "b@x": None})

    assert warn_of_gone_sources(memory, ["Here"]) == {"Gone": 2}

    assert "2 pending changes of source Gone" in caplog.text
    assert "a@x" not in caplog.text


def test_source_that_sent_all_is_not_told_of(caplog: pytest.LogCaptureFixture) -> None:
    memory = MemoryWarehouse()
    snapshot(memory, key(0), {"a@x": None})
    memory.query("update listrak.trait_changes set status = 'sent'")

    assert warn_of_gone_sources(memory, []) == {}
    assert caplog.text == ""
