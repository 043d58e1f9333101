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


def check_question(text: str, engine: str) -> None:
    """Refuse a COPY, which writes files and runs programs.

    Raises QuestionError; what else is wrong with it, the server says.
    """
    if _begins_with_copy(text, engine):
        raise QuestionError("This is read-only, and COPY writes files. `--output` makes one here.")


def _begins_with_copy(text: str, engine: str) -> bool:
    try:
        tokens = sqlglot.tokenize(text, read=engine)
    except SqlglotError:
        return False
    return bool(tokens) and tokens[0].text.lower() == "copy"
