"""Values as BigQuery takes them: each with a name and a type. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from google.cloud.bigquery import ScalarQueryParameter

from listrak.warehouse.warehouse import Parameter

TYPES: Mapping[type, str] = {
    str: "STRING",
    bool: "BOOL",
    int: "INT64",
    float: "FLOAT64",
    datetime: "DATETIME",
}


def typed(name: str, value: Parameter, cast: str | None = None) -> ScalarQueryParameter:
    """Return a parameter; null is of the type that the statement casts it to, else a text."""
    own = TYPES.get(type(value))
    return ScalarQueryParameter(name, own or cast or "STRING", value)
