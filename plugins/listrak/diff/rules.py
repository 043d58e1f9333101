"""How a list's snapshots are decided: what the source says, and what the run was asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from listrak.diff.guard import Guard


@dataclass(frozen=True)
class Asked:
    """What a run was asked for: the DAG's params."""

    dry_run: bool = False
    full_resync: bool = False
    allow_mass_removal: bool = False

    def __str__(self) -> str:
        """Return the names of those that are on."""
        return ", ".join(name for name, is_on in asdict(self).items() if is_on)


DEFAULT_GUARD = Guard()
NOTHING_SPECIAL = Asked()


@dataclass(frozen=True)
class Rules:
    """`trait`: the name of the trait that says an address is subscribed to the list."""

    trait: str
    guard: Guard = DEFAULT_GUARD
    asked: Asked = NOTHING_SPECIAL
