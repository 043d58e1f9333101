"""An address by its digest: what may stand in a run's conf, and stays after the erasure."""

import hashlib
import re

_DIGEST = re.compile(r"[0-9a-f]{64}")


def address_sha256(address: str) -> str:
    """Return the SHA-256 of the address, stripped and in lower case, as 64 hexadecimal digits."""
    return hashlib.sha256(address.strip().lower().encode()).hexdigest()


def is_digest(text: str) -> bool:
    """Whether `text` can be such a digest."""
    return bool(_DIGEST.fullmatch(text))
