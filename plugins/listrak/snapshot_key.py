"""Which snapshot: the value by which the stages speak of the same one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from listrak.warehouse.warehouse import Parameter


@dataclass(frozen=True)
class SnapshotKey:
    """One snapshot: of which source and list, and of which moment (naive UTC)."""

    source: str
    list_id: int
    snapshot_at: datetime

    @property
    def of_list(self) -> dict[str, Parameter]:
        """The parameters of a statement about the list."""
        return {"source": self.source, "list_id": self.list_id}

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters of a statement about the snapshot."""
        return {**self.of_list, "snapshot_at": self.snapshot_at}
