"""The tables that README and docs/adr quote, as Markdown."""

from __future__ import annotations

import os
import platform

import psutil

from local.bench.history import Size
from local.bench.storage import TRIES, Measured

ROW = "| {:<58} | {:>14} | {:>26} |"


def storage_table(settings: str, size: Size, measured: Measured) -> str:
    """Return what was measured, versions beside full copies."""
    copy = measured.bytes["copies"] / size.more
    rows = [
        ("", "versions", "full copies"),
        (
            f"size of {size.snapshots} snapshots",
            _megabytes(measured.bytes["versions"]),
            f"{_megabytes(copy * size.snapshots)} (extrapolated)",
        ),
        ("stage a read", _seconds(measured.median("stage")), "the same"),
        (
            "write one more snapshot (`decide`)",
            _seconds(measured.median("decide")),
            f"{_seconds(measured.median('write a copy'))} (no diff)",
        ),
        *(
            (f"{said} the {when} snapshot", _seconds(measured.median(f"{name} {when}")), beside)
            for name, said, beside in (
                ("count_as_of", "count", _seconds(measured.median("count_copy"))),
                ("aggregate_as_of", "aggregate other columns of", ""),
            )
            for when in ("oldest", "middle", "newest")
        ),
        (
            "read the middle snapshot whole, as Arrow",
            _seconds(measured.median("read_as_of")),
            _seconds(measured.median("read_copy")),
        ),
        (
            "diff, and a plain full outer join of two tables",
            _seconds(measured.median("diff")),
            _seconds(measured.median("plain join")),
        ),
        (
            f"prune {measured.pruned.snapshots} snapshots",
            _seconds(measured.median("prune")),
            "",
        ),
        ("give their room back", _seconds(measured.median("give back space")), ""),
    ]
    ratio = measured.median("diff") / measured.median("plain join")
    what = (
        f"{size.contacts:,} contacts, {size.days} daily and {size.hours} hourly snapshots, 2 % "
        f"churn a day: {measured.versions:,} versions. {settings}."
    )
    return "\n".join(
        [
            what,
            _machine(),
            "",
            ROW.format(*rows[0]),
            "|---|--:|--:|",
            *(ROW.format(*row) for row in rows[1:]),
            "",
            f"The diff takes {ratio:.2f} times as long as the plain join.",
            f"Pruning was tried once; {measured.pruned.versions:,} versions went.",
        ]
    )


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"Medians of {TRIES} on {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, "
        f"load {os.getloadavg()[0]:.1f}, {platform.system()}, Python {platform.python_version()}."
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:,.2f} s"


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"
