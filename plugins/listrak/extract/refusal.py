"""What an answer of Listrak other than 200 means to the caller, in words. Pure."""

from listrak.errors import (
    ListrakRefusedError,
    ListrakSourceError,
    ListrakUnauthorizedError,
    ListrakUnavailableError,
    UnknownContactError,
)
from listrak.extract.exchange import Answer, error_code
from listrak.extract.retry import Step

NOT_LOCATED = "ERROR_UNABLE_TO_LOCATE_RESOURCE"
INTEGRATION_CAUSES = (
    "Check in Listrak (Integrations > Integration Management) that the integration is not paused, "
    "and that the IP address of the Airflow workers is on its allow-list"
)


def answer_error(answer: Answer, conn_id: str, asked: str) -> ListrakSourceError:
    """Return the error for an API answer that was not accepted. `asked` goes into the message."""
    seen = what_was_seen(answer, conn_id, asked)
    match answer.step:
        case Step.RETRY:
            return ListrakUnavailableError(f"{seen} It may pass by itself.", answer.retry_after)
        case Step.REFRESH_TOKEN:
            return ListrakUnauthorizedError(
                f"{seen} {INTEGRATION_CAUSES}, and that it has the access levels List, Contact and "
                "Segmentation."
            )
        case _ if answer.status == 404 and error_code(answer.body) == NOT_LOCATED:  # noqa: PLR2004 (HTTP's own)
            return UnknownContactError(f"{seen} Listrak knows no such resource.")
        case _:
            return ListrakRefusedError(
                f"{seen} Trying again will not help: look the answer up in Listrak's API document."
            )


def token_error(answer: Answer, conn_id: str) -> ListrakSourceError:
    """Return the error for a token call that was not accepted. Any 4xx but 429 is a refusal."""
    seen = what_was_seen(answer, conn_id, "the call for a token")
    if answer.step is Step.RETRY:
        return ListrakUnavailableError(f"{seen} It may pass by itself.", answer.retry_after)
    if 400 <= answer.status <= 499:  # noqa: PLR2004 (HTTP's own: the client's fault)
        return ListrakUnauthorizedError(
            f"{seen} Check the connection's client id (login) and client secret (password). "
            f"{INTEGRATION_CAUSES}."
        )
    return ListrakRefusedError(f"{seen} Check the connection's extra `token_url`.")


def what_was_seen(answer: Answer, conn_id: str, asked: str) -> str:
    """Return the first sentences of a message: the answer, and the state it leaves behind."""
    return (
        f"Listrak (connection `{conn_id}`) answered {asked}: {answer}. "
        "Nothing is kept of a read that fails."
    )
