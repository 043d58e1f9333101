"""An address in every table that holds addresses."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from listrak.warehouse.warehouse import Warehouse

AT = datetime(2026, 1, 1)

Row = dict[str, object]


def rows_of(email: str, source: str = "one", list_id: int = 1) -> dict[str, Row]:
    """Return a row of each table, by its name."""
    of_list: Row = {"source": source, "list_id": list_id}
    change: Row = {"snapshot_at": AT, "change": "add", "trait": "T", "occurred_at": AT}
    return {
        "contact_versions": {**of_list, "email": email, "valid_from": AT, "user_id": "C1"},
        "trait_changes": {
            **of_list, **change, "email": email, "status": "sent", "decided_at": AT,
            "message_id": f"{source}/{list_id}/{email}",
        },
        "identify_calls": {
            "message_id": f"{source}/{list_id}/{email}", "source": source, "anonymous_id": email,
            "user_id": "C1", "traits": f'{{"email": "{email}"}}', "timestamp": AT,
            "status": "sent", "attempts": 1, "run_id": "run",
        },
        "staged_contacts": {
            "extract_id": f"{source}/{list_id}", "email": email, "user_id": "C1",
            "state": "subscribed",
        },
    }  # fmt: skip


def add(warehouse: Warehouse, rows: dict[str, Row]) -> None:
    with warehouse.transaction() as transaction:
        for table, row in rows.items():
            transaction.insert(table, pa.Table.from_pylist([row]))
