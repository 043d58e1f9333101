"""BigQuery's errors as this project's: what to do about each, without quoting any row.

Google's own texts may hold values of the rows at hand: only the reason's name is passed on.
"""

from __future__ import annotations

from google.api_core import exceptions as google
from google.auth.exceptions import GoogleAuthError, TransportError
from requests import RequestException

from listrak.errors import ListrakSourceError, WarehouseRefusedError, WarehouseUnavailableError
from listrak.warehouse.kept import NOTHING_KEPT

CLIENT_ERRORS = (google.GoogleAPIError, GoogleAuthError, RequestException)
# The words of a transaction that was undone because another one changed the same table.
CONFLICTS = ("due to concurrent update", "could not serialize access")
QUOTAS = ("quotaExceeded", "rateLimitExceeded", "jobRateLimitExceeded")
AWAY = (google.ServerError, google.RetryError, TransportError, RequestException)


def is_conflict(error: BaseException) -> bool:
    """Whether the transaction was undone because of another one."""
    return any(words in str(error).lower() for words in CONFLICTS)


def reason(error: BaseException) -> str:
    """Return Google's name of what went wrong, such as `accessDenied`."""
    details = getattr(error, "errors", None) or [{}]
    return str(details[0].get("reason") or type(error).__name__)


def is_away(error: BaseException) -> bool:
    """Whether the service was not reached, or did not answer as itself."""
    return isinstance(error, AWAY)


def bigquery_error(
    error: BaseException, where: str, kept: str = NOTHING_KEPT
) -> ListrakSourceError:
    """Return what the caller should do about `error`. `where` names the connection and dataset."""
    if is_conflict(error):
        return WarehouseUnavailableError(
            f"{where} undid the step because of another one. {kept} The task tries again."
        )
    if is_away(error):
        return WarehouseUnavailableError(f"{where} is away. {kept} The task tries again.")
    if isinstance(error, google.Conflict):
        return WarehouseUnavailableError(
            f"{where} was being set up by another task. {kept} The task tries again."
        )
    if isinstance(error, google.TooManyRequests) or reason(error) in QUOTAS:
        return WarehouseUnavailableError(
            f"{where} takes no more for now ({reason(error)}). {kept} The task tries again."
        )
    return WarehouseRefusedError(f"{where} {_lasting(error)} {kept} Then clear the task.")


def _lasting(error: BaseException) -> str:
    if isinstance(error, GoogleAuthError):
        return "does not take the connection's key, or the machine has no account: correct it."
    if isinstance(error, google.Forbidden):
        return (
            "refused a statement: the account lacks a right. Grant it roles/bigquery.jobUser on "
            "the project and roles/bigquery.dataOwner on the dataset (roles/bigquery.user "
            "on the project lets it make the dataset)."
        )
    if isinstance(error, google.NotFound):
        return "is not there: is the extra's `project` or `location` another one?"
    return (
        f"refused a statement ({reason(error)}). If the tables were made or changed by another "
        "program, keep them and use another project. The job's own page has Google's words."
    )


def own_words(error: BaseException) -> str:
    """Return Google's own words, in one line: for the person who asked, not for a log."""
    details = getattr(error, "errors", None) or [{}]
    words = " ".join(str(details[0].get("message") or error).split())
    return f"{words} It does not exist." if isinstance(error, google.NotFound) else words
