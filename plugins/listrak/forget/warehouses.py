"""Where to forget: every warehouse that the sources file names."""

from __future__ import annotations

from listrak.errors import SettingsError
from listrak.sources_file import Sources


def warehouse_conn_ids(sources: Sources) -> tuple[str, ...]:
    """Return the warehouse connections of the sources, each once, in the order of the file.

    Raises SettingsError where the file has a mistake: the source that cannot be read may have a
    warehouse of its own, and must not be passed over in silence.
    """
    if sources.mistakes:
        raise SettingsError(
            "\n".join(sources.mistakes)
            + "\nNothing was forgotten: which warehouse that source has is not known. Correct the "
            "sources file and forget again."
        )
    return tuple(dict.fromkeys(source.warehouse_conn_id for source in sources.valid))
