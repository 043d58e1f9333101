import pytest

from listrak.errors import UnknownListError, UnknownProfileFieldError
from listrak.extract.check import check_list
from listrak.extract.client import ListrakClient
from listrak.extract.contact import ContactList
from tests.unit.extract.scripted_listrak import Reply, ScriptedListrak, entries

LISTS = entries({"listId": 12345, "listName": "News"}, {"listId": 7, "listName": None})
GROUPS = entries({"segmentationFieldGroupId": 3})


def profile_fields(*numbers: int) -> Reply:
    return entries(
        *({"segmentationFieldId": n, "segmentationFieldName": f"Field {n}"} for n in numbers)
    )


def test_known_list_and_field_pass(listrak: ScriptedListrak, client: ListrakClient) -> None:
    listrak.replies = [LISTS, GROUPS, profile_fields(31, 32)]

    assert check_list(client, 12345, 32) == ContactList(12345, "News")


def test_without_a_field_only_the_list_is_checked(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [LISTS]

    assert check_list(client, 7, None) == ContactList(7, None)
    assert len(listrak.requests) == 1


def test_unknown_list_names_those_there_are(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [LISTS]

    with pytest.raises(UnknownListError, match=r"no list 99.*7 \(unnamed\), 12345 \(News\)\."):
        check_list(client, 99, None)


def test_account_without_lists_says_none(listrak: ScriptedListrak, client: ListrakClient) -> None:
    listrak.replies = [entries()]

    with pytest.raises(UnknownListError, match="It has: none"):
        check_list(client, 99, None)


def test_unknown_profile_field_names_the_first_fifty(
    listrak: ScriptedListrak, client: ListrakClient
) -> None:
    listrak.replies = [LISTS, GROUPS, profile_fields(*range(1, 61))]

    with pytest.raises(UnknownProfileFieldError, match="12345 has no profile field 99") as unknown:
        check_list(client, 12345, 99)

    assert "50 (Field 50) and 10 more" in str(unknown.value)
    assert "51 (Field 51)" not in str(unknown.value)
