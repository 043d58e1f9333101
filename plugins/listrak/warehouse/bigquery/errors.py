"""BigQuery's errors as this project's: what to do about each, without quoting any row.

Google's own texts may hold values of the rows at hand: only the reason's name and the job's id are
passed on. Reasons: https://cloud.google.com/bigquery/docs/error-messages
"""

from __future__ import annotations

from google.api_core import exceptions as google
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from requests import RequestException

from listrak.errors import ListrakSourceError, WarehouseRefusedError, WarehouseUnavailableError
from listrak.warehouse.error_texts import NOTHING_KEPT

# The client tells a request that took too long as a TimeoutError.
CLIENT_ERRORS = (google.GoogleAPIError, GoogleAuthError, RequestException, TimeoutError)
# The words of a transaction that was undone because another one changed the same table.
CONFLICTS = ("due to concurrent update", "could not serialize access")
AWAY = (google.ServerError, google.RetryError, TransportError, RequestException, TimeoutError)
OF_THE_SERVICE = ("backendError", "internalError", "jobBackendError", "jobInternalError")
PASSING = {
    "quotaExceeded": "takes no more for now (quotaExceeded: the page `Quotas` of the project says "
    "which, and raises it).",
    "rateLimitExceeded": "takes no more for now (rateLimitExceeded).",
    "jobRateLimitExceeded": "takes no more for now (jobRateLimitExceeded).",
    "stopped": "stopped a statement, which somebody had cancelled.",
    "tableUnavailable": "cannot reach a table for now (tableUnavailable).",
    "timeout": "gave a statement up that took too long.",
}
RIGHTS = (
    "refused a statement: the account lacks a right. Grant it roles/bigquery.user on the project "
    "and, where it did not make the dataset itself, roles/bigquery.dataEditor on the dataset."
)
LASTING = {
    "accessDenied": RIGHTS,
    "billingNotEnabled": "takes no changes: the project has no billing account, without which "
    "BigQuery changes no rows. Give it one.",
    "resourcesExceeded": "had not enough for a statement (resourcesExceeded). Give the project "
    "more slots.",
    "notFound": "is not there: is the extra's `project` or `location` another one?",
}


def is_conflict(error: BaseException) -> bool:
    """Whether the transaction was undone because of another one."""
    return any(words in str(error).lower() for words in CONFLICTS)


def reason(error: BaseException) -> str:
    """Return Google's name of what went wrong, such as `accessDenied`."""
    details = getattr(error, "errors", None) or [{}]
    return str(details[0].get("reason") or type(error).__name__)


def is_away(error: BaseException) -> bool:
    """Whether the service was not reached, or did not answer as itself."""
    if isinstance(error, RefreshError):
        return bool(error.retryable)
    return isinstance(error, AWAY) or reason(error) in OF_THE_SERVICE


def is_of_the_question(error: BaseException) -> bool:
    """Whether a person's question is at fault, or what it asks for is not to be had."""
    is_refusal = isinstance(error, google.BadRequest | google.NotFound | google.Forbidden)
    return is_refusal and reason(error) not in (*PASSING, *OF_THE_SERVICE)


def bigquery_error(
    error: BaseException, where: str, kept: str = NOTHING_KEPT
) -> ListrakSourceError:
    """Return what the caller should do about `error`. `where` names the connection and dataset."""
    if isinstance(error, google.RetryError) and error.cause:
        error = error.cause
    if passing := _passing(error):
        return WarehouseUnavailableError(f"{where} {passing} {kept} A task tries again by itself.")
    return WarehouseRefusedError(f"{where} {_lasting(error)} {kept} Then clear the task.")


def _passing(error: BaseException) -> str | None:
    if is_conflict(error):
        return "undid the step because of another one."
    if isinstance(error, google.Conflict):
        return "was being set up by another task."
    if isinstance(error, google.TooManyRequests):
        return PASSING["rateLimitExceeded"]
    return PASSING.get(reason(error)) or ("is away." if is_away(error) else None)


def _lasting(error: BaseException) -> str:
    if isinstance(error, GoogleAuthError | google.Unauthorized):
        return "does not take the connection's key, or the machine has no account: correct it."
    if isinstance(error, google.NotFound):
        return LASTING["notFound"]
    if text := LASTING.get(reason(error)):
        return text
    if isinstance(error, google.Forbidden):
        return RIGHTS
    job = getattr(getattr(error, "query_job", None), "job_id", None)
    return (
        f"refused a statement ({reason(error)}). If the tables were made or changed by another "
        "program, keep them and use another project. "
        + (f"Google's own words stand at job `{job}`." if job else "")
    ).rstrip()


def own_words(error: BaseException) -> str:
    """Return Google's own words, in one line: for the person who asked, not for a log."""
    details = getattr(error, "errors", None) or [{}]
    words = " ".join(str(details[0].get("message") or error).split())
    return f"{words} It does not exist." if isinstance(error, google.NotFound) else words
