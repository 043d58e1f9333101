"""The write key check: Segment answers 200 to a batch under a wrong key and throws it away."""

from __future__ import annotations

import logging
from urllib.parse import quote

import requests
import tenacity

from listrak.connections import SegmentConnection
from listrak.errors import SegmentUnavailableError, WriteKeyError
from listrak.load.clock import Clock
from listrak.load.segment import Outcome, outcome_of

TRIES = 4
UNKNOWN_KEY = (400, 401, 403, 404)

log = logging.getLogger(__name__)


def check_write_key(connection: SegmentConnection, clock: Clock) -> None:
    """Ask Segment's settings endpoint whether it knows the write key.

    The address is not documented, but Segment's own reverse ETL checks keys with it. Raises
    WriteKeyError, or SegmentUnavailableError when there was no telling answer in TRIES tries.
    """
    if connection.settings_url is None:
        log.info("The write key of connection %s is not checked", connection.conn_id)
        return
    key = quote(connection.write_key, safe="")
    url = connection.settings_url.replace("{write_key}", key)
    status = _status_in_the_end(url, connection.timeout, clock)
    if status in UNKNOWN_KEY:
        raise WriteKeyError(
            f"Connection `{connection.conn_id}`: Segment does not know the write key (it answered "
            f"{status}). Segment answers 200 to a wrong key and throws the calls away, so nothing "
            "was sent and all stays pending. Put the write key of the Segment source into the "
            "connection's password, and run the task again."
        )
    if not status or outcome_of(status) is not Outcome.ACCEPTED:
        raise SegmentUnavailableError(
            f"Connection `{connection.conn_id}`: Segment could not be asked whether it knows the "
            f"write key ({f'it answered {status}' if status else 'no answer'}). Nothing was sent; "
            "all stays pending and the task tries again. Where that address cannot be reached, set "
            'the connection\'s extra `settings_url` to "off".'
        )


def _status_in_the_end(url: str, timeout: float, clock: Clock) -> int | None:
    status: int | None = tenacity.Retrying(
        retry=tenacity.retry_if_result(lambda status: not _is_telling(status)),
        stop=tenacity.stop_after_attempt(TRIES),
        wait=tenacity.wait_random_exponential(multiplier=1, max=10),
        sleep=clock.sleep,
        retry_error_callback=lambda state: state.outcome and state.outcome.result(),
    )(_status, url, timeout)
    return status


def _status(url: str, timeout: float) -> int | None:
    """Return the status alone: an exception's text would show the URL, and so the key."""
    try:
        with requests.get(url, timeout=timeout, stream=True, allow_redirects=False) as response:
            return response.status_code
    except requests.RequestException:
        return None


def _is_telling(status: int | None) -> bool:
    return status is not None and (status in UNKNOWN_KEY or outcome_of(status) is Outcome.ACCEPTED)
