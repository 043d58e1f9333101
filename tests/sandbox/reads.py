"""Reading a list of the sandbox to its last page."""

from __future__ import annotations

from typing import Any

import requests

from sandbox.listrak_api import ListrakApi

CONTACTS = "/v1/List/1/Contact"
EVERYONE = [f"person{day}@example.com" for day in range(1, 7)]
Page = list[dict[str, Any]]


def read(api: ListrakApi, session: requests.Session, **query: str | int) -> list[Page]:
    pages: list[Page] = []
    cursor: str | None = "Start"
    while cursor:
        params = {**query, "cursor": cursor}
        body = session.get(api.base_url + CONTACTS, params=params, timeout=5).json()
        pages.append(body["data"])
        cursor = body.get("nextPageCursor")
    return pages


def addresses(pages: list[Page]) -> list[str]:
    return [contact["emailAddress"] for page in pages for contact in page]
