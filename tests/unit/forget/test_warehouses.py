from __future__ import annotations

from pathlib import Path

import pytest

from listrak.errors import SettingsError
from listrak.forget.warehouses import warehouse_conn_ids
from listrak.sources_file import Sources, load_sources

THREE = """
sources:
  - {name: One, lists: [{id: 1}], warehouse_conn_id: uk}
  - {name: Two, lists: [{id: 2}]}
  - {name: Three, lists: [{id: 3}], warehouse_conn_id: uk}
"""


def sources(tmp_path: Path, text: str) -> Sources:
    path = tmp_path / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return load_sources(path)


def test_each_warehouse_is_named_once(tmp_path: Path) -> None:
    assert warehouse_conn_ids(sources(tmp_path, THREE)) == ("uk", "warehouse_default")


def test_source_with_a_mistake_is_not_passed_over(tmp_path: Path) -> None:
    broken = sources(tmp_path, THREE.replace("id: 2", "id: two"))

    with pytest.raises(SettingsError, match=r"(?s)source `Two`: .*Nothing was forgotten"):
        warehouse_conn_ids(broken)
