"""PostgreSQL's types that Arrow lacks, as ones that every reader of a table knows. Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa


def with_plain_types(answer: pa.Table) -> pa.Table:
    """Return an answer whose numerics are decimals, and what else Arrow lacks is as it travels.

    A numeric comes as text: `sum`, `avg` and `round` give one. It stays text where it is no number
    (NaN), or has more digits than a decimal.
    """
    for position, field in enumerate(answer.schema):
        if isinstance(field.type, pa.BaseExtensionType):
            stored = answer.column(position).cast(field.type.storage_type)
            is_numeric = getattr(field.type, "type_name", None) == "numeric"
            plain = _decimals(stored) if is_numeric else stored
            answer = answer.set_column(position, field.name, plain)
    return answer


def _decimals(texts: pa.ChunkedArray[Any]) -> pa.ChunkedArray[Any]:
    try:
        numbers = [None if text is None else Decimal(text) for text in texts.to_pylist()]
        decimals = pa.array(numbers) if any(numbers) else pa.array(numbers, pa.decimal128(38))
    except (InvalidOperation, pa.ArrowInvalid):
        return texts
    return pa.chunked_array([decimals])
