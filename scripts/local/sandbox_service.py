"""The sandbox as a service: started, and asked where its doors are."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from local.decision import SandboxAddresses
from local.services import Services

NAME = "sandbox"


def start_sandbox(
    services: Services, sources_file: Path, environment: Mapping[str, str]
) -> SandboxAddresses:
    """Start the sandbox on AIRFLOW_HOME/sandbox and return its addresses. Raises StartError."""
    directory = services.place.home / "sandbox"
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "--directory",
        str(directory),
        "--sources",
        str(sources_file),
    ]
    services.start(NAME, command, environment)
    return services.wait_for(lambda: addresses(services.output(NAME)), "word from the sandbox", 60)


def addresses(output: str) -> SandboxAddresses | None:
    """Find the one JSON line by which the sandbox says that it is ready."""
    for line in output.splitlines():
        if line.startswith("{") and line.endswith("}"):
            found = json.loads(line)
            return SandboxAddresses(
                **{each.name: str(found[each.name]) for each in fields(SandboxAddresses)}
            )
    return None
