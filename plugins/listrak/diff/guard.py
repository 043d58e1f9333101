"""The guard: removals that are too many to be believed are held until a person allows them. Pure.

The field's systems alert on such a thing after it was sent; a list that reads empty for an hour
would then have cost every profile its trait.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """When a list's changes are held: above both of the first two.

    removed_fraction: of the previous snapshot's contacts. removed_contacts: contacts.
    confirm_at_most: how many contacts that are gone without a trace are asked for one by one.
    """

    removed_fraction: float = 0.2
    removed_contacts: int = 100
    confirm_at_most: int = 1000

    def is_mass_removal(self, removed: int, previous_count: int) -> bool:
        """Whether `removed` of `previous_count` contacts are too many to be believed."""
        return removed > self.removed_contacts and removed > self.removed_fraction * previous_count


@dataclass(frozen=True)
class Removals:
    """What a read no longer has, in contacts. `read_count`: what it has.

    missing: of those removed, the ones that nothing is known about; unconfirmed: those that Listrak
    would not tell about.
    """

    previous_count: int
    read_count: int
    removed: int
    missing: int = 0
    unconfirmed: int = 0

    @property
    def share(self) -> str:
        """The removed contacts as a share of the previous snapshot."""
        return f"{self.removed / max(self.previous_count, 1):.0%}"


def reason_to_hold(removals: Removals, guard: Guard) -> str | None:
    """Return why a snapshot is not to be believed, or None."""
    unknown = removals.missing + removals.unconfirmed
    if removals.previous_count and not removals.read_count:
        return f"it reads empty, and had {removals.previous_count:,} contacts"
    if guard.is_mass_removal(removals.removed, removals.previous_count):
        return (
            f"{removals.removed:,} of {removals.previous_count:,} contacts ({removals.share}) are "
            f"gone, more than removed_fraction {guard.removed_fraction:g} and removed_contacts "
            f"{guard.removed_contacts} of the source's `guard` let through"
        )
    if unknown:
        return (
            f"{unknown:,} contacts are gone without an unsubscribe, and could not be asked for one "
            f"by one (confirm_at_most {guard.confirm_at_most} of the source's `guard`)"
        )
    return None


def lookups_due(removals: Removals, looked_up: int, guard: Guard) -> int:
    """Return how many missing contacts to ask for one by one: 0 where that would change nothing."""
    due = min(removals.missing, max(0, guard.confirm_at_most - looked_up))
    if guard.is_mass_removal(removals.removed - due, removals.previous_count):
        return 0
    return due
