"""scripts/bench: how fast and how large, on this machine."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from local.place import PROJECT

sys.path.append(str(PROJECT / "plugins"))  # where Airflow, too, finds the package

from local.bench.engines import ENGINES
from local.bench.history import Size, make_history
from local.bench.report import storage_table
from local.bench.storage import measure_storage

HOURS = 168  # the week of which every snapshot is kept


def main(arguments: list[str]) -> int:
    """Run the benchmark that is named and print its tables."""
    options = _options(arguments)
    size = Size(options.contacts, options.days, options.hours)
    for engine in options.engine or ENGINES:
        with tempfile.TemporaryDirectory(prefix="listrak-bench-", dir=options.directory) as made:
            print(_storage(engine, Path(made), size), end="\n\n", flush=True)
    return 0


def _storage(name: str, directory: Path, size: Size) -> str:
    _say(f"{name}: making up the history …")
    history = make_history(directory, size)
    with ENGINES[name](directory) as engine:
        measured = measure_storage(engine, history, lambda line: _say(f"{name}: {line}"))
        return storage_table(engine.settings, size, measured)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "scripts/bench", description="Benchmarks on made-up contacts, in a directory of their own."
    )
    storage = parser.add_subparsers(dest="benchmark", required=True).add_parser(
        "storage", help="size, writes, reads and the diff, beside full copies"
    )
    storage.add_argument("--contacts", type=_many, default=200_000, metavar="N")
    storage.add_argument("--days", type=_many, default=365, metavar="D", help="daily snapshots")
    storage.add_argument("--hours", type=int, default=HOURS, metavar="H", help="hourly snapshots")
    storage.add_argument("--engine", action="append", choices=ENGINES, help="default: each")
    storage.add_argument(
        "--directory", type=Path, help="where to work (5,000,000 contacts: 15 GB); default: /tmp"
    )
    return parser.parse_args(arguments)


def _many(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is no count of at least 1")
    return number


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
