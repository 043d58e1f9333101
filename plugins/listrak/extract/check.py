"""The lists and profile fields that the user named, checked against Listrak before reading."""

from collections.abc import Iterable

from listrak.errors import UnknownListError, UnknownProfileFieldError
from listrak.extract.client import ListrakClient
from listrak.extract.contact import ContactList

_NAMED_AT_MOST = 50


def check_list(client: ListrakClient, list_id: int, user_id_field: int | None) -> ContactList:
    """Return the list as Listrak names it, once it and the profile field are known to exist.

    Raises UnknownListError or UnknownProfileFieldError, naming those there are, and what
    ListrakClient raises.
    """
    lists = {known.list_id: known for known in client.lists()}
    if list_id not in lists:
        raise UnknownListError(
            f"Listrak has no list {list_id}. It has: "
            f"{_named((known.list_id, known.name) for known in lists.values())}. "
            "Nothing was read of it. Correct `lists` in the sources file."
        )
    if user_id_field is not None:
        _check_profile_field(client, list_id, user_id_field)
    return lists[list_id]


def _check_profile_field(client: ListrakClient, list_id: int, user_id_field: int) -> None:
    fields = {known.field_id: known.name for known in client.profile_fields(list_id)}
    if user_id_field not in fields:
        raise UnknownProfileFieldError(
            f"List {list_id} has no profile field {user_id_field}. It has: "
            f"{_named(fields.items())}. Nothing was read of it. Correct `user_id_field` of the "
            "list in the sources file: profile field ids differ from list to list."
        )


def _named(known: Iterable[tuple[int, str | None]]) -> str:
    names = [f"{number} ({name or 'unnamed'})" for number, name in sorted(dict(known).items())]
    more = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
    return (", ".join(names[:_NAMED_AT_MOST]) or "none") + more
