"""A run's row of `run_summary`, and the run's times that it is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from listrak.warehouse.warehouse import Warehouse


@dataclass(frozen=True)
class RunSummary:
    """What a run did; the view `run_summary` says what each figure counts. duration: seconds."""

    extracted: int
    added: int
    removed: int
    re_identified: int
    sent: int
    superseded: int
    held: int
    rejected: int
    pending: int
    historical: int
    duration: float

    def __str__(self) -> str:
        """Return it in words."""
        *counts, (_, seconds) = asdict(self).items()
        words = ", ".join(f"{name.replace('_', '-')} {count:,}" for name, count in counts)
        return f"{words}; {seconds:,.1f} s"


def summarize_run(
    warehouse: Warehouse,
    source: str,
    run_id: str,
    started_at: datetime,
    now: datetime,
    asked: str = "",
) -> RunSummary:
    """Note when the run began and ended (naive UTC) and what it was asked; return what it did."""
    with warehouse.transaction() as transaction:
        transaction.execute("report/forget_run", source=source, run_id=run_id)
        transaction.execute(
            "report/add_run",
            source=source,
            run_id=run_id,
            started_at=started_at,
            finished_at=now,
            asked=asked or None,
        )
        rows = transaction.fetch("report/find_run_summary", source=source, run_id=run_id)
    return RunSummary(**rows.to_pylist()[0])


def would_tell(decisions: Iterable[Mapping[str, int | str | None]]) -> int:
    """Return how many changes of traits a dry run would have sent to Segment."""
    return sum(int(decision["told"] or 0) for decision in decisions)


def with_counts(
    summary: RunSummary, decisions: Iterable[Mapping[str, int | str | None]]
) -> RunSummary:
    """Return a dry run's summary: what it found stands in no snapshot, only in its decisions."""
    found = list(decisions)

    def total(name: str) -> int:
        return sum(int(decision[name] or 0) for decision in found)

    return replace(
        summary,
        extracted=total("extracted"),
        added=total("added"),
        removed=total("removed"),
        re_identified=total("re_identified"),
    )
