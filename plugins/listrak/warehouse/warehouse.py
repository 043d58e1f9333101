"""What a stage may ask of a warehouse, whichever engine is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

import pyarrow as pa

Parameter = str | int | float | bool | datetime | None


class Transaction(Protocol):
    """One transaction: everything in it happens, or nothing does.

    `statement` is the name of a file under include/sql, without its suffix; `parameters` are the
    `$names` in it, all of them and no others. Times are naive UTC.
    """

    def execute(self, statement: str, /, **parameters: Parameter) -> int:
        """Run a statement and return the number of rows it changed."""

    def fetch(self, statement: str, /, **parameters: Parameter) -> pa.Table:
        """Run a query and return all its rows: for results known to be bounded."""

    def insert(self, table: str, rows: pa.Table) -> None:
        """Append rows to a table of schema `listrak`, matched by column name, in bulk."""

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let the statements of this transaction read `rows` as a table called `name`."""


class Warehouse(Protocol):
    """Opens transactions: late, for as short as possible, waiting for its turn."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a transaction; committed at the end of the block, rolled back by any exception.

        Raises WarehouseUnavailableError (locked, full, away: try again) or WarehouseRefusedError
        (cannot be opened or written as it is). Either way nothing of the transaction is kept.
        """


class Door(Warehouse, Protocol):
    """All that an engine offers: what people and upkeep ask of it, too."""

    @property
    def engine(self) -> str:
        """The engine's dialect, by sqlglot's name of it."""

    @property
    def place(self) -> str:
        """Where the warehouse is, in words that may be shown."""

    def ask(self, text: str, parameters: Sequence[Parameter] = ()) -> pa.Table:
        """Answer a person's question, in the engine's own dialect, and change nothing.

        `parameters` are its `$1`, `$2` and so on. Tables of schema `listrak` need no prefix. Raises
        QuestionError with the engine's own words, which may quote values, or what `transaction`
        raises.
        """

    def give_back_space(self) -> None:
        """Give back the room of deleted rows where the engine has to be told; takes seconds.

        Raises what `transaction` raises; nothing depends on it.
        """
