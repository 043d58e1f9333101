"""What the tests need of a warehouse to throw away, whoever runs it."""

from __future__ import annotations

from typing import Any, Protocol, Self

from listrak.warehouse.warehouse import Door


class Account(Protocol):
    """A database or project whose schema `listrak` may be dropped."""

    def door(self) -> Door:
        """Return the door to it."""

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement as another program would, and return its rows."""

    def change(self, sql: str) -> None:
        """Run statements that have no rows to return."""

    def fresh(self) -> Self:
        """Return it with no schema `listrak`."""
