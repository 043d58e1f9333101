"""A made-up world that changes from one full read of a list to the next, the same way each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sandbox.world import Contact, ContactList, ProfileField, World

_FIRST = ("ann", "ben", "chloe", "dmitri", "eve", "farid", "jorge", "li", "maria", "noor", "tom")
_FIRST_NON_ASCII = ("chloé", "jürgen", "maría", "søren", "łucja", "дмитрий", "明")
_LAST = ("adams", "brown", "clark", "davis", "evans", "garcia", "jones", "lopez", "smith", "young")
_DOMAINS = ("example.com", "example.org", "example.net")
_HISTORY = timedelta(days=730)
_CHURN = 100  # at a step, one contact in so many leaves


@dataclass
class _Story:
    """What happened to one list: times as UTC ISO texts; `read_at` set once a step is due."""

    steps: list[tuple[str, str]] = field(default_factory=list)
    read_at: str | None = None


def made_up_world(
    lists: Mapping[int, int | None],
    contacts: int = 3000,
    seed: int = 1,
    directory: Path | None = None,
) -> MadeUpWorld:
    """Make up `contacts` contacts in both states for each of {list id: user id field or None}.

    With a `directory` (which exists) the world goes on from where an earlier process left it.
    """
    return MadeUpWorld(lists, contacts, seed, directory)


class MadeUpWorld(World):
    """Deterministic by seed, list ids, number of contacts and the times in made_up_world.json.

    A list makes one step when a full read of its subscribed contacts starts after another was
    finished: about 1 % leave, as many join, some come back and some change their profile value,
    dated between that end and now.
    """

    def __init__(
        self, lists: Mapping[int, int | None], contacts: int, seed: int, directory: Path | None
    ) -> None:
        super().__init__(_contact_list(list_id, field_id) for list_id, field_id in lists.items())
        self._seed = seed
        self._path = directory / "made_up_world.json" if directory else None
        told = json.loads(self._path.read_text()) if self._path and self._path.exists() else {}
        self._created = datetime.fromisoformat(told.get("created", _now()))
        self._stories = {int(at): _Story(**story) for at, story in told.get("lists", {}).items()}
        for list_id in lists:
            self._populate(list_id, contacts)
            story = self._stories.setdefault(list_id, _Story())
            for number in range(len(story.steps)):
                self._step(list_id, number)
        self._save()

    def begin_read(self, list_id: int) -> tuple[Contact, ...]:
        """Make a step if the list was read whole before; return the contacts."""
        with self._lock:
            story = self._stories[list_id]
            if story.read_at:
                story.steps.append((story.read_at, _now()))
                story.read_at = None
                self._step(list_id, len(story.steps) - 1)
                self._save()
            return self.contacts(list_id)

    def end_read(self, list_id: int) -> None:
        """Let the next full read make a step."""
        with self._lock:
            self._stories[list_id].read_at = _now()
            self._save()

    def _save(self) -> None:
        if self._path:
            lists = {list_id: asdict(story) for list_id, story in self._stories.items()}
            story = {"created": self._created.isoformat(), "lists": lists}
            written = self._path.with_suffix(".tmp")
            written.write_text(json.dumps(story, indent=1))
            written.replace(self._path)

    def _populate(self, list_id: int, contacts: int) -> None:
        """Take part of one crowd that all lists share, so that a person is on several lists."""
        draw = Random(f"{self._seed} {list_id}")
        for person in sorted(draw.sample(range(contacts * 3 // 2 + 1), contacts)):
            email, user_id = _person(self._seed, person)
            email = draw.choices((email, email.upper()), (98, 2))[0]
            start = self._created - _HISTORY * draw.random() ** 2
            contact = Contact(email, self._date(start, draw), values=self._values(list_id, user_id))
            self.put(list_id, self._with_history(contact, start, draw))

    def _with_history(self, contact: Contact, start: datetime, draw: Random) -> Contact:
        date = self._date(_between(start, self._created, draw), draw)
        match draw.choices(("came", "left", "came back"), (83, 12, 5)):
            case ["left"]:
                return replace(contact, unsubscribe_date=date, subscribed=False)
            case ["came back"]:
                return replace(contact, resubscribe_date=date)
        return contact

    def _step(self, list_id: int, number: int) -> None:
        since, until = map(datetime.fromisoformat, self._stories[list_id].steps[number])
        draw = Random(f"{self._seed} {list_id} {number}")
        staying = [contact.email for contact in self.contacts(list_id) if contact.subscribed]
        gone = [contact.email for contact in self.contacts(list_id) if not contact.subscribed]
        some = len(staying) // _CHURN + 1
        draw.shuffle(staying)
        for email in staying[:some]:
            self.unsubscribe(list_id, email, self._date(_between(since, until, draw), draw))
        joining = [f"new{number}.{each}.{list_id}@{_DOMAINS[0]}" for each in range(some)]
        for email in joining + draw.sample(gone, min(len(gone), some // 2 + 1)):
            self.subscribe(list_id, email, self._date(_between(since, until, draw), draw))
        for email in staying[some : 2 * some]:
            user_id = f"C{draw.randrange(10**6, 10**7)}"
            for each in self.lists[list_id].fields:
                self.set_value(list_id, email, each.field_id, user_id)

    def _values(self, list_id: int, user_id: str | None) -> dict[int, str | None]:
        return {each.field_id: user_id for each in self.lists[list_id].fields}

    def _date(self, at: datetime, draw: Random) -> str:
        """Write a time with none to seven fraction digits."""
        text = self.wire_date(at.replace(microsecond=draw.choice((0, 650000, at.microsecond | 1))))
        return f"{text}5" if text[-7:-6] == "." else text


def _contact_list(list_id: int, field_id: int | None) -> ContactList:
    fields = (ProfileField(field_id),) if field_id is not None else ()
    return ContactList(list_id, f"SANDBOX list {list_id}", fields)


def _person(seed: int, number: int) -> tuple[str, str | None]:
    """Return the address and user id (None or "" for one without) of one of the crowd."""
    draw = Random(f"{seed} person {number}")
    first, last, domain = draw.choice(_FIRST), draw.choice(_LAST), draw.choice(_DOMAINS)
    plain = f"{first}.{last}{number}"
    name = draw.choices(
        (
            plain,
            plain.title(),
            f"{plain}+shop",
            f"{draw.choice(_FIRST_NON_ASCII)}.{last}{number}",
            f"{first}.o'{last}{number}",
            f'"{first} {last}{number}"',
        ),
        weights=(70, 10, 8, 7, 3, 2),
    )[0]
    user_ids: tuple[str | None, ...] = (f"C{100000 + number}", "", None)
    return f"{name}@{domain}", draw.choices(user_ids, (60, 20, 20))[0]


def _between(since: datetime, until: datetime, draw: Random) -> datetime:
    return since + (until - since) * draw.random()


def _now() -> str:
    return datetime.now(UTC).isoformat()
