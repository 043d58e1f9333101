"""What the doors to servers say of an error: the first text for it of those that an engine has.

A text goes on where the connection and the warehouse are named, and never quotes the client's own
words, which may hold values of the rows at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from listrak.errors import ListrakSourceError, WarehouseRefusedError, WarehouseUnavailableError

NOTHING_KEPT = "Nothing of this step was kept."
IN_DOUBT = (
    "The connection was lost at the commit: whether this step was kept is not known. Either is "
    "safe: the next try begins from what is there."
)
Texts = Mapping[str, str]


def statement_error(
    keys: Sequence[str], passing: Texts, lasting: Texts, where: str, **seen: object
) -> ListrakSourceError:
    """Return what the caller should do about a statement: that of the first key with a text.

    One that passes comes before one that lasts, of which "" is for all others. `seen`: what a text
    names in braces.
    """
    kind, text = next(
        (kind, texts[key])
        for kind, texts in ((WarehouseUnavailableError, passing), (WarehouseRefusedError, lasting))
        for key in (*keys, "")
        if key in texts
    )
    return kind(f"{where} {text.format(**seen)}")


def unconnected(where: str, refusal: str | None, away: str) -> ListrakSourceError:
    """Return what the caller should do about a connection that was not made.

    `refusal`: what was refused, if anything was; `away`: what else it may be.
    """
    if refusal:
        return WarehouseRefusedError(
            f"{where} {refusal}. Nothing was read or kept. Then clear the task."
        )
    return WarehouseUnavailableError(
        f"{where} cannot be reached: {away}. Nothing was read or kept. A task tries again by "
        "itself."
    )
