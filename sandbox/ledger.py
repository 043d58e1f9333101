"""What the Segment door kept, what it dropped and why; and the traits that come out of it."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast

Event = Mapping[str, Any]
Order = Literal["arrival", "timestamp"]
By = Literal["anonymousId", "userId"]
Traits = dict[str, dict[str, object]]

_MOST_EVENTS = 2500
_LONGEST_MESSAGE_ID = 100
_TOO_MANY_TRAITS = 300


@dataclass(frozen=True)
class Kept:
    """An accepted event; `text` is its JSON, a fraction of the size of the parsed event."""

    received_at: str
    batch: int
    text: str

    @property
    def event(self) -> Event:
        """The event as sent (with the message id given to it, where it had none)."""
        return cast("Event", json.loads(self.text))

    @property
    def line(self) -> str:
        """The entry as a line of JSON."""
        head = f'{{"receivedAt":"{self.received_at}","batch":{self.batch}'
        return f'{head},"event":{self.text}}}\n'


@dataclass(frozen=True)
class Dropped:
    """An event that a 200 hid, or (no message id) a batch refused with 400 or its key unknown."""

    received_at: str
    batch: int
    reason: str
    message_id: str | None = None

    @property
    def line(self) -> str:
        """The entry as a line of JSON."""
        entry = {"receivedAt": self.received_at, "batch": self.batch, "dropped": self.reason}
        return json.dumps({**entry, "messageId": self.message_id}) + "\n"


class Ledger:
    """Everything that arrived, in order. Thread-safe.

    `path`: a file of JSON lines that is read at the start (an unfinished last line is cut off)
    and appended to, one write per batch. Message ids are remembered for ever, which is
    stricter than Segment's 24 hours.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.events: list[Kept] = []
        self.dropped: list[Dropped] = []
        self.batches = 0
        self._path = path
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        if path and path.exists():
            self._reload(path)

    def keep(self, events: Iterable[Event]) -> None:
        """Keep a batch's events, but for those that Segment would silently drop."""
        with self._lock:
            self.batches += 1
            received_at = _now()
            entries: list[Kept | Dropped] = []
            for index, event in enumerate(events):
                given = event.get("messageId") if isinstance(event, dict) else None
                message_id = given if isinstance(given, str) else str(uuid.uuid4())
                reason = self._objection(index, message_id, event)
                if reason:
                    entries.append(Dropped(received_at, self.batches, reason, message_id))
                    continue
                self._seen.add(message_id)
                text = compact({**event, "messageId": message_id})
                entries.append(Kept(received_at, self.batches, text))
            self._append(entries)

    def drop_batch(self, reason: str) -> None:
        """Note a batch of which nothing is kept."""
        with self._lock:
            self.batches += 1
            self._append([Dropped(_now(), self.batches, reason)])

    def lines(self) -> str:
        """Return every entry as a line of JSON: first what was kept, then what was dropped."""
        with self._lock:
            entries: list[Kept | Dropped] = [*self.events, *self.dropped]
            return "".join(entry.line for entry in entries)

    def traits(self, order: Order = "arrival", by: By = "anonymousId") -> Traits:
        """Apply every identify call in the order given; null removes a trait.

        Timestamp order takes the `timestamp` as sent (else the arrival), ties by arrival.
        """
        with self._lock:
            kept = list(self.events)
        calls = [(entry.received_at, entry.event) for entry in kept]
        if order == "timestamp":
            calls.sort(key=lambda call: _instant(call[1].get("timestamp"), call[0]))
        traits: Traits = {}
        for _, event in calls:
            if event.get("type") == "identify" and event.get(by):
                merged = {**traits.get(event[by], {}), **(event.get("traits") or {})}
                traits[event[by]] = {key: at for key, at in merged.items() if at is not None}
        return traits

    def _objection(self, index: int, message_id: str, event: object) -> str | None:
        if index >= _MOST_EVENTS:
            return "more than 2500 events in the batch"
        if not isinstance(event, dict) or not event.get("type"):
            return "not an event"
        if not event.get("anonymousId") and not event.get("userId"):
            return "no_user_anon_id"
        if len(message_id) > _LONGEST_MESSAGE_ID:
            return "messageId longer than 100 characters"
        if len(event.get("traits") or {}) >= _TOO_MANY_TRAITS:
            return "300 traits or more"
        return "duplicate messageId" if message_id in self._seen else None

    def _append(self, entries: list[Kept | Dropped]) -> None:
        for entry in entries:
            self._remember(entry)
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write("".join(entry.line for entry in entries))

    def _remember(self, entry: Kept | Dropped) -> None:
        if isinstance(entry, Kept):
            self.events.append(entry)
        else:
            self.dropped.append(entry)

    def _reload(self, path: Path) -> None:
        whole = path.read_bytes()
        whole = whole[: whole.rfind(b"\n") + 1]
        path.write_bytes(whole)
        for line in whole.splitlines():
            entry = json.loads(line)
            received_at, self.batches = entry["receivedAt"], entry["batch"]
            if "event" in entry:
                self._seen.add(entry["event"]["messageId"])
                self._remember(Kept(received_at, self.batches, compact(entry["event"])))
            else:
                reason, message_id = entry["dropped"], entry["messageId"]
                self._remember(Dropped(received_at, self.batches, reason, message_id))


def compact(value: object) -> str:
    """Return JSON without spaces or escapes for letters."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _instant(timestamp: object, received_at: str) -> datetime:
    try:
        at = datetime.fromisoformat(str(timestamp))
    except ValueError:
        at = datetime.fromisoformat(received_at)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
