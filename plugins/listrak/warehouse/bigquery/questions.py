"""A person's question with its parameters, as BigQuery has them: by name and with a type. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from google.cloud.bigquery import ScalarQueryParameter

from listrak.warehouse.bigquery.parameters import typed
from listrak.warehouse.warehouse import Parameter

NUMBERED = re.compile(r"\$(\d+)\b")
NAMED = re.compile(r"@(\w+)\b")


def with_names(text: str, values: Sequence[Parameter]) -> tuple[str, list[ScalarQueryParameter]]:
    """Return the text with a name for each `$1` and so on, and the parameters of these names.

    One that has names already, as a saved query has, keeps them: the first is the first value's.
    """
    if not values:
        return text, []
    asked = NUMBERED.sub(r"@p\1", text)
    numbers = [f"p{number}" for number in range(1, len(values) + 1)]
    names = numbers if asked != text else list(dict.fromkeys(NAMED.findall(text)))
    return asked, [
        typed(name, value, _cast(asked, name)) for name, value in zip(names, values, strict=True)
    ]


def _cast(text: str, name: str) -> str | None:
    found = re.search(rf"CAST\(@{name} AS (\w+)\)", text)
    return found[1] if found else None
