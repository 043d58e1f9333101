"""Runs one of the project's commands: start.py COMMAND [ARGUMENT…], in the project's venv."""

from __future__ import annotations

import importlib
import sys

COMMANDS = ("run", "sql", "forget", "airflow", "test", "lock", "bench")


def main() -> int:
    """Run the named command's `main` and return its exit status."""
    if not sys.argv[1:] or sys.argv[1] not in COMMANDS:
        sys.exit(f"usage: scripts/{{{','.join(COMMANDS)}}}")
    command = importlib.import_module(f"local.commands.{sys.argv[1]}")
    status: int = command.main(sys.argv[2:])
    return status


if __name__ == "__main__":
    sys.exit(main())
