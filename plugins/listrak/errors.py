"""Everything that can go wrong, grouped by what the caller should do.

    ListrakSourceError
    ├── RetriableError            try the task again, after `retry_after` seconds where known
    │   ├── ListrakUnavailableError
    │   ├── SegmentUnavailableError
    │   ├── WarehouseUnavailableError
    │   ├── ConnectionUnavailableError
    │   └── LoadLeaseHeldError
    ├── FatalError                fail now: a person has to change something
    │   ├── SettingsError
    │   ├── ConnectionSettingsError
    │   ├── ListrakRefusedError
    │   │   ├── ListrakUnauthorizedError
    │   │   └── UnknownContactError
    │   ├── UnknownListError
    │   ├── UnknownProfileFieldError
    │   ├── SegmentRefusedError
    │   │   └── WriteKeyError
    │   ├── WarehouseRefusedError
    │   ├── QuestionError
    │   ├── MassRemovalError
    │   └── RunFailedError
    └── SkippableError            nothing to do here; not a failure
        └── FutureMomentError

A message says what was seen, what state is left behind and what to do next. It names connections,
lists and settings, never an e-mail address, a profile value, a token or a key.
"""


class ListrakSourceError(Exception):
    """The root of this project's errors. Pickles: every argument is the message."""


class RetriableError(ListrakSourceError):
    """May pass by itself. `retry_after`: seconds the other side asked to wait, or None."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message, retry_after)
        self.retry_after = retry_after

    def __str__(self) -> str:
        """Return the message alone."""
        return str(self.args[0])


class FatalError(ListrakSourceError):
    """Will not pass by itself: retrying changes nothing until a person does."""


class SkippableError(ListrakSourceError):
    """There is nothing to do for this task."""


class ListrakUnavailableError(RetriableError):
    """Listrak answered late, broken, 429 or 5xx, more often than is worth waiting for."""


class SegmentUnavailableError(RetriableError):
    """Segment answered late, broken, 429 or 5xx, more often than is worth waiting for."""


class WarehouseUnavailableError(RetriableError):
    """The warehouse is locked, full or away."""


class ConnectionUnavailableError(RetriableError):
    """Airflow, or its secrets backend, did not tell whether there is a connection."""


class LoadLeaseHeldError(RetriableError):
    """Another load of the same source is under way."""


class SettingsError(FatalError):
    """The sources file is wrong; names the file, the source and the key."""


class ConnectionSettingsError(FatalError):
    """An Airflow connection is missing or wrong; names it, the field and what is allowed."""


class ListrakRefusedError(FatalError):
    """Listrak answered 4xx; carries Listrak's own error code in the message."""


class ListrakUnauthorizedError(ListrakRefusedError):
    """Listrak refused the credentials, or a fresh token."""


class UnknownContactError(ListrakRefusedError):
    """Listrak knows no contact under that address or key (any more)."""


class UnknownListError(FatalError):
    """Listrak has no list of that id; the message gives those it has."""


class UnknownProfileFieldError(FatalError):
    """The list has no profile field of that id; the message gives those it has."""


class SegmentRefusedError(FatalError):
    """Segment refused a batch for a reason that is not one event's."""


class WriteKeyError(SegmentRefusedError):
    """Segment does not know the write key."""


class WarehouseRefusedError(FatalError):
    """The warehouse cannot be written or read as it is."""


class QuestionError(FatalError):
    """A person's statement cannot be answered; has the engine's own words, for that person only."""


class MassRemovalError(FatalError):
    """The guard holds a snapshot: too many contacts are gone; says how to let it through."""


class RunFailedError(FatalError):
    """A part of the run failed; says which, and what is left behind."""


class FutureMomentError(SkippableError):
    """The run's time is still to come: there is nothing to read of it."""
