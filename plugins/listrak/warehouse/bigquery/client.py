"""Opens Google's client with the account that a connection names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import google.auth
from google.api_core.client_options import ClientOptions
from google.auth.credentials import Credentials
from google.cloud.bigquery import Client
from google.oauth2.service_account import Credentials as Account

from listrak.errors import ConnectionSettingsError
from listrak.warehouse.bigquery.connection import BigQueryConnection

SCOPES = ("https://www.googleapis.com/auth/bigquery",)


@contextmanager
def open_client(settings: BigQueryConnection) -> Iterator[Client]:
    """Open a client, which sends nothing yet.

    Raises ConnectionSettingsError for a key that is none, and GoogleAuthError where the machine has
    no account.
    """
    client = Client(
        settings.project,
        _credentials(settings),
        location=settings.location,
        client_options=ClientOptions(api_endpoint=settings.api_endpoint),
    )
    try:
        yield client
    finally:
        client.close()


def _credentials(settings: BigQueryConnection) -> Credentials:
    named = "keyfile_dict" if settings.key is not None else "key_path"
    try:
        if settings.key is not None:
            return _account(json.dumps(settings.key))
        if settings.key_path is not None:
            return _account(settings.key_path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        # Not chained: the text of a key that is none may be quoted.
        raise ConnectionSettingsError(
            f"Connection `{settings.conn_id}`: extra `{named}` has no key of an account that can "
            f"be read ({type(error).__name__}). Nothing was read or sent. Give the JSON that "
            "Google Cloud made for the account, whole, or a file of it that the tasks can read."
        ) from None
    found: Credentials = google.auth.default(scopes=SCOPES)[0]
    return found


@cache
def _account(key: str) -> Account:
    """Return the account of a key, with the token it got last: a task opens many clients."""
    account: Account = Account.from_service_account_info(json.loads(key), scopes=SCOPES)
    return account
