"""Where things are: the project, Airflow's home, and the file of what scripts/run decided last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """The project's root and the AIRFLOW_HOME in use, both absolute."""

    project: Path
    home: Path

    @property
    def logs(self) -> Path:
        """The directory of the services' output."""
        return self.home / "logs"

    @property
    def decision(self) -> Path:
        """Where scripts/run leaves its choice of connections for the other commands."""
        return self.home / "local.json"

    @property
    def warehouse(self) -> Path:
        """The embedded warehouse of real contacts."""
        return self.project / "include" / "warehouse.duckdb"

    @property
    def sandbox_warehouse(self) -> Path:
        """The embedded warehouse of made-up contacts: beside what else the sandbox remembers."""
        return self.home / "sandbox" / "warehouse.duckdb"


def find_place(environ: Mapping[str, str], project: Path = PROJECT) -> Place:
    """Return the place to work in: AIRFLOW_HOME, or `.airflow` in the project."""
    home = environ.get("AIRFLOW_HOME") or str(project / ".airflow")
    return Place(project, Path(home).expanduser().absolute())
