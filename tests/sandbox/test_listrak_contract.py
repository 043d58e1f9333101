"""Every kind of answer of the Listrak door against the vendor's own document."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import requests
from jsonschema import (
    Draft4Validator,
    ValidationError,
)

from sandbox.faults import Fault
from sandbox.listrak_api import ListrakApi
from sandbox.resources import Quirks

DOCUMENT = Path(
    os.environ.get("LISTRAK_OPENAPI")
    or Path(__file__).parents[3] / "shared" / "reference" / "listrak-email-openapi.json"
)
LIST = "/v1/List/{listId}"
GROUP = LIST + "/SegmentationFieldGroup"
FIELDS = GROUP + "/{segmentationFieldGroupId}/SegmentationField"
FOUND = [
    ("/v1/List", "/v1/List"),
    ("/v1/List/1", LIST),
    ("/v1/List/1/Contact", LIST + "/Contact"),
    ("/v1/List/1/Contact?subscriptionState=Unsubscribed", LIST + "/Contact"),
    ("/v1/List/1/Contact?segmentationFieldIds=2446151&count=2", LIST + "/Contact"),
    ("/v1/List/2/Contact", LIST + "/Contact"),
    ("/v1/List/1/Contact/person1@example.com", LIST + "/Contact/{contactIdentifier}"),
    ("/v1/List/1/SegmentationFieldGroup", GROUP),
    ("/v1/List/1/SegmentationFieldGroup/1", GROUP + "/{segmentationFieldGroupId}"),
    ("/v1/List/1/SegmentationFieldGroup/1/SegmentationField", FIELDS),
    (
        "/v1/List/1/SegmentationFieldGroup/1/SegmentationField/2446151",
        FIELDS + "/{segmentationFieldId}",
    ),
]
THIRTY_ONE = ",".join(map(str, range(31)))
REFUSED = [
    ("/v1/List/9", 404, "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
    ("/v1/List/x", 400, "ERROR_INVALID_PARAMETER"),
    ("/v1/Lists", 404, "ERROR_UNKNOWN_ROUTE"),
    ("/v1/List/1/Contact/nobody@example.com", 404, "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
    ("/v1/List/1/Contact/a%26b@example.com", 400, "ERROR_UNSAFE_ROUTE"),
    ("/v1/List/1/Contact?count=5001", 400, "ERROR_INVALID_PARAMETER"),
    ("/v1/List/1/Contact?cursor=never", 400, "ERROR_INVALID_PARAMETER"),
    ("/v1/List/1/Contact?startDate=soon", 400, "ERROR_INVALID_PARAMETER"),
    ("/v1/List/1/Contact?subscriptionState=All", 400, "ERROR_INVALID_PARAMETER"),
    (
        f"/v1/List/1/Contact?segmentationFieldIds={THIRTY_ONE}",
        400,
        "ERROR_TOO_MANY_SEGMENTATION_FIELDS",
    ),
    ("/v1/List/1/SegmentationFieldGroup/7", 404, "ERROR_UNABLE_TO_LOCATE_RESOURCE"),
]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    if not DOCUMENT.exists():
        pytest.skip(f"NOT CHECKED against Listrak's document: {DOCUMENT.name} is not there")
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    for definition in document["definitions"].values():
        definition["additionalProperties"] = False
        for name, schema in definition.get("properties", {}).items():
            # Swagger 2.0 has no null; the vendor's own examples show it for any member.
            definition["properties"][name] = {"anyOf": [{"type": "null"}, schema]}
    loaded: dict[str, Any] = document
    return loaded


def assert_documented(document: dict[str, Any], route: str, response: requests.Response) -> None:
    schema = document["paths"][route]["get"]["responses"][str(response.status_code)]["schema"]
    Draft4Validator({**schema, "definitions": document["definitions"]}).validate(response.json())


@pytest.mark.parametrize(("path", "route"), FOUND)
def test_answer_is_as_documented(
    path: str, route: str, document: dict[str, Any], api: ListrakApi, listrak: requests.Session
) -> None:
    response = listrak.get(api.base_url + path)

    assert response.status_code == 200
    assert_documented(document, route, response)


@pytest.mark.parametrize(
    "quirks",
    [
        Quirks(end="absent", no_value="null"),
        Quirks(end="empty", no_value="missing", no_date="0001-01-01T00:00:00"),
    ],
)
def test_quirks_stay_within_the_document(
    quirks: Quirks, document: dict[str, Any], api: ListrakApi, listrak: requests.Session
) -> None:
    api.quirks = quirks

    response = listrak.get(f"{api.base_url}/v1/List/1/Contact?segmentationFieldIds=2446151")

    assert_documented(document, LIST + "/Contact", response)


def test_members_can_be_added_that_no_document_names(
    document: dict[str, Any], api: ListrakApi, listrak: requests.Session
) -> None:
    api.quirks = Quirks(extra_members=True)

    response = listrak.get(f"{api.base_url}/v1/List/1/Contact")

    with pytest.raises(ValidationError, match=r"sandboxExtra.*is not valid under"):
        assert_documented(document, LIST + "/Contact", response)


@pytest.mark.parametrize(("path", "status", "error"), REFUSED)
def test_refusal_has_the_documented_envelope(
    path: str, status: int, error: str, api: ListrakApi, listrak: requests.Session
) -> None:
    response = listrak.get(api.base_url + path)

    assert response.status_code == status
    assert response.json()["status"] == status
    assert response.json()["error"] == error
    assert response.json().keys() == {"status", "error", "message"}


@pytest.mark.parametrize("status", [400, 401, 404, 405, 415, 500])
def test_status_fault_has_the_documented_envelope(
    status: int, document: dict[str, Any], api: ListrakApi, listrak: requests.Session
) -> None:
    api.faults.add(Fault("status", status=status))

    response = listrak.get(f"{api.base_url}/v1/List")

    assert response.status_code == status
    Draft4Validator(document["definitions"]["Error"]).validate(response.json())
    assert response.json()["error"].startswith("ERROR_")


def test_missing_token_is_unauthorized(api: ListrakApi, document: dict[str, Any]) -> None:
    response = requests.get(f"{api.base_url}/v1/List", timeout=5)

    assert response.status_code == 401
    assert response.json()["error"] == "ERROR_UNAUTHORIZED"
    assert_documented(document, "/v1/List", response)


@pytest.mark.parametrize(
    ("content_type", "status", "error"),
    [
        ("application/json", 405, "ERROR_UNSUPPORTED_METHOD"),
        ("text/plain", 415, "ERROR_UNSUPPORTED_CONTENT_TYPE"),
    ],
)
def test_writing_is_refused(
    content_type: str, status: int, error: str, api: ListrakApi, listrak: requests.Session
) -> None:
    response = listrak.post(
        f"{api.base_url}/v1/List", data="{}", headers={"Content-Type": content_type}
    )

    assert (response.status_code, response.json()["error"]) == (status, error)
