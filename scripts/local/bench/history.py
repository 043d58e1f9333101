"""A made-up history of one long list: years of snapshots in minutes, the same every time.

It is made in a DuckDB file of its own, and goes into the warehouse by the warehouse's own door.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from listrak.snapshot_key import SnapshotKey
from local.bench.statements import Value, bench_statement

SOURCE = "Listrak_Prod"
LIST_ID = 12345
TRAIT = f"Listrak_list_{LIST_ID}"
ROWS_A_PIECE = 500_000


@dataclass(frozen=True)
class Size:
    """How long the list is, how many snapshots there are, and how many more are to be decided."""

    contacts: int
    days: int
    hours: int
    more: int = 3

    @property
    def head(self) -> int:
        """The position of the newest snapshot that is decided."""
        return self.days + self.hours - 1

    @property
    def snapshots(self) -> int:
        """How many snapshots are decided."""
        return self.days + self.hours


@dataclass(frozen=True)
class History:
    """The history; `versions` and what follows are to be read one at a time."""

    size: Size
    connection: duckdb.DuckDBPyConnection = field(repr=False)

    def key(self, position: int) -> SnapshotKey:
        """Return the snapshot at a position, counted from 0."""
        [(at,)] = self.connection.execute(
            "select snapshot_at from moments where position = ?", [position]
        ).fetchall()
        return SnapshotKey(SOURCE, LIST_ID, at)

    def versions(self, *, by_end: bool) -> Iterator[pa.Table]:
        """Yield the rows of contact_versions; `by_end`: as an engine holds them that moves them."""
        of_list: dict[str, Value] = {"source": SOURCE, "list_id": LIST_ID}
        return self._pieces("find_versions", position=self.size.head, by_end=by_end, **of_list)

    def snapshots(self) -> Iterator[pa.Table]:
        """Yield the rows of snapshots."""
        return self._pieces(
            "find_snapshots",
            position=self.size.head,
            source=SOURCE,
            list_id=LIST_ID,
            contacts=self.size.contacts,
            trait=TRAIT,
        )

    def read(self, position: int) -> Iterator[pa.Table]:
        """Yield what a read of the list finds."""
        return self._pieces("find_read", position=position)

    def unsubscribes(self, position: int) -> Iterator[pa.Table]:
        """Yield who is gone from that read."""
        return self._pieces("find_unsubscribes", position=position)

    def _pieces(self, name: str, **values: Value) -> Iterator[pa.Table]:
        found = self.connection.sql(bench_statement("duckdb", name, **values))
        for batch in found.to_arrow_reader(ROWS_A_PIECE):
            yield pa.Table.from_batches([batch])


def make_history(directory: Path, size: Size) -> History:
    """Make a history in a file in `directory`."""
    connection = duckdb.connect(directory / "history.duckdb", config={"memory_limit": "4GB"})
    numbers = {"contacts": size.contacts, "days": size.days, "hours": size.hours, "more": size.more}
    for name, of in (
        ("create_moments", numbers),
        ("create_turns", {"contacts": size.contacts}),
        ("create_versions", {}),
    ):
        connection.execute(bench_statement("duckdb", name, **of))
    return History(size, connection)
