"""Forgets a contact: its address in every source and list of a warehouse."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import pyarrow as pa

from listrak.errors import FatalError
from listrak.forget.address import is_digest
from listrak.warehouse.warehouse import Parameter, Transaction, Warehouse


@dataclass(frozen=True)
class Forgotten:
    """The rows of an address that were erased, by what they were; all 0 when it was in none."""

    versions: int
    changes: int
    calls: int
    staged: int

    def __str__(self) -> str:
        """Return it in words."""
        counts = asdict(self)
        if not any(counts.values()):
            return "the address was in none of the tables: is it spelled as it is there?"
        return "erased " + ", ".join(f"{name} {count:,}" for name, count in counts.items())


def forget_contact(warehouse: Warehouse, address_sha256: str, now: datetime) -> Forgotten:
    """Erase the address of that digest and remember that it was forgotten at `now` (naive UTC).

    It is remembered even when it is in none of the tables. Doing it again is harmless. Raises
    FatalError, and changes nothing, when `address_sha256` is no digest: no address gets into it.
    """
    if not is_digest(address_sha256):
        raise FatalError(
            "address_sha256 is not a SHA-256 digest; expected 64 hexadecimal digits in lower case. "
            "Nothing was forgotten. docs/erasure.md says how to get the digest of an address."
        )
    with warehouse.transaction() as transaction:
        latest = transaction.fetch("forget/find_latest_subscription", address_sha256=address_sha256)
        forgotten = Forgotten(
            versions=transaction.execute("forget/erase_versions", address_sha256=address_sha256),
            changes=transaction.execute("forget/erase_changes", address_sha256=address_sha256),
            calls=transaction.execute("forget/erase_calls", address_sha256=address_sha256),
            staged=transaction.execute("forget/erase_staged", address_sha256=address_sha256),
        )
        _remember(transaction, address_sha256, _until(latest, now))
    return forgotten


def _remember(transaction: Transaction, address_sha256: str, until: datetime) -> None:
    when: dict[str, Parameter] = {"address_sha256": address_sha256, "forgotten_at": until}
    if not transaction.execute("forget/remember_again", **when):
        transaction.execute("forget/remember_forgotten", **when)


def _until(latest: pa.Table, now: datetime) -> datetime:
    """Return up to when subscriptions are forgotten: also one dated ahead by a wrong clock."""
    subscribed_at = latest["subscribed_at"][0].as_py()
    return max(now, subscribed_at or now)


def sent_user_ids(warehouse: Warehouse, address_sha256: str) -> tuple[str, ...]:
    """Return the user ids in the address's identify calls; once it is forgotten there are none."""
    with warehouse.transaction() as transaction:
        rows = transaction.fetch("forget/find_user_ids", address_sha256=address_sha256)
    return tuple(str(user_id) for user_id in rows["user_id"].to_pylist())
