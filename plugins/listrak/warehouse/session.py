"""What the doors do alike with a client's session, and with what its client raises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Errors = tuple[type[Exception], ...]


@contextmanager
def translated(errors: Errors, into: Callable[[Any], Exception]) -> Iterator[None]:
    """Raise `into(error)` for each of the client's `errors`.

    Not chained: the client's own text may quote a row.
    """
    try:
        yield
    except errors as error:
        raise into(error) from None


@contextmanager
def ended(session: Any, errors: Errors) -> Iterator[None]:
    """Close the session at the end of the block; any exception first rolls it back.

    `errors`: what it raises where it was lost; the server rolls back by itself then.
    """
    try:
        yield
    except BaseException:
        # Also where the connection was lost: if it is back, the next task need not wait.
        with suppress(*errors):
            session.rollback()
        raise
    finally:
        with suppress(*errors):
            session.close()
