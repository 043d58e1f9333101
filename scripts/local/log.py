"""What the package says by itself, such as that it waits: shown to the person at the terminal."""

from __future__ import annotations

import logging


def show_log() -> None:
    """Print the package's log lines on standard error, and nobody else's."""
    package = logging.getLogger("listrak")
    package.addHandler(logging.StreamHandler())
    package.setLevel(logging.INFO)
