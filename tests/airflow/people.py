"""The people on a world's lists, who come, go and change at random."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from sandbox.world import World

CONTACTS = 200  # on each list
CHANGES = 8  # in a round
USER_ID = 7  # the profile field


@dataclass
class People:
    """Who is on the lists, changing at random. `stayed`: those who never left since `begin`."""

    world: World
    random: Random
    stayed: set[tuple[int, str]] = field(default_factory=set)
    _newest: int = 0

    def begin(self, now: datetime) -> None:
        for list_id in self.world.lists:
            self._newest = 0  # so that some are on both lists
            for _ in range(CONTACTS):
                self._subscribe_new(list_id, now - timedelta(hours=self.random.uniform(0, 48)))
            for email in self._some(list_id, subscribed=True, count=CONTACTS // 5):
                self._leave(list_id, email, now - timedelta(hours=self.random.uniform(0, 6)))

    def change(self) -> None:
        changes = (
            self._subscribe,
            self._unsubscribe,
            self._resubscribe,
            self._identify,
            self._delete,
        )
        for _ in range(CHANGES):
            self.random.choice(changes)(self.random.choice(list(self.world.lists)))

    def some_missed(self) -> frozenset[str]:
        """Return some subscribed contacts, of those who stayed above all."""
        of_lists = (self._some(list_id, subscribed=True, count=3) for list_id in self.world.lists)
        stayed = self.random.sample(sorted(email for _, email in self.stayed), 5)
        return frozenset(stayed).union(*of_lists)

    def _subscribe(self, list_id: int) -> None:
        self._subscribe_new(list_id, datetime.now(UTC))

    def _subscribe_new(self, list_id: int, at: datetime) -> None:
        self._newest += 1
        name = self.random.choice(("person", "o'neil", "jürgen.", "Some+One"))
        email = f"{name}{self._newest}@example.com"
        self.world.subscribe(list_id, email, at, {USER_ID: f"u{self._newest}"})
        self.stayed.add((list_id, email.lower()))

    def _resubscribe(self, list_id: int) -> None:
        for email in self._some(list_id, subscribed=False):
            self.world.subscribe(list_id, email)

    def _unsubscribe(self, list_id: int) -> None:
        for email in self._some(list_id, subscribed=True):
            self._leave(list_id, email, datetime.now(UTC))

    def _leave(self, list_id: int, email: str, at: datetime) -> None:
        self.stayed.discard((list_id, email.lower()))
        self.world.unsubscribe(list_id, email, at)

    def _delete(self, list_id: int) -> None:
        for email in self._some(list_id, subscribed=self.random.choice((True, False))):
            self.stayed.discard((list_id, email.lower()))
            self.world.delete(list_id, email)

    def _identify(self, list_id: int) -> None:
        for email in self._some(list_id, subscribed=True):
            user_id = self.random.choice((None, f"another of {email}"))
            self.world.set_value(list_id, email, USER_ID, user_id)

    def _some(self, list_id: int, *, subscribed: bool, count: int = 1) -> list[str]:
        contacts = self.world.contacts(list_id)
        found = [contact.email for contact in contacts if contact.subscribed == subscribed]
        return self.random.sample(found, min(count, len(found)))
