"""What a person may not ask of a warehouse, although it only reads. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlglot
from sqlglot.errors import SqlglotError

from listrak.errors import QuestionError
from listrak.warehouse.text import is_text
from listrak.warehouse.warehouse import Parameter

NOT_ANSWERED = (pa.ArrowException, TypeError, ValueError, OverflowError)
CAST_IT = "The answer has a value of a type that cannot be shown here. Cast it to text."


def check_text(text: str, parameters: Sequence[Parameter]) -> None:
    """Raise QuestionError for what is no text, which no client can send."""
    for each in (text, *parameters):
        if isinstance(each, str) and not is_text(each):
            raise QuestionError("This holds a character that is none: write it as UTF-8.")


def check_first_word(text: str, engine: str, allowed: Sequence[str]) -> None:
    """Refuse what begins with another word than those that only read, in `engine`'s dialect.

    A transaction that only reads lets COPY and UNLOAD write files, and run programs, also those
    that a DO or a CALL comes to. Raises QuestionError; what else is wrong, the server says.
    """
    try:
        words = [token.text.lower() for token in sqlglot.tokenize(text, read=engine)]
    except SqlglotError as error:
        raise QuestionError(f"This cannot be read: {' '.join(str(error).split())}") from None
    if next((word for word in words if word != "("), None) not in allowed:
        raise QuestionError(
            f"This is read-only: it answers one statement that begins with {', '.join(allowed)}. "
            "Nothing was changed. `--output` makes a file of an answer."
        )
