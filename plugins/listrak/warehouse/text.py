"""What is text to every warehouse's client. Pure."""

from __future__ import annotations


def is_text(value: str) -> bool:
    """Return whether a value has neither a NUL nor half a character.

    A shell gives the latter for what is no UTF-8.
    """
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value
