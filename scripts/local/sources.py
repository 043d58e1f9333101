"""The sources file, as the pipeline itself reads it."""

from __future__ import annotations

from listrak.settings import DAG_PARAMS, SourceSettings
from listrak.sources_file import Sources, load_sources, sources_file

__all__ = ["DAG_PARAMS", "SourceSettings", "Sources", "configured_sources", "listrak_conn_ids"]


def configured_sources() -> Sources:
    """Return the sources of the file in use, and what is wrong with it."""
    return load_sources(sources_file())


def listrak_conn_ids() -> set[str]:
    """Return the Listrak connections that the sources name."""
    return {source.listrak_conn_id for source in configured_sources().valid}
