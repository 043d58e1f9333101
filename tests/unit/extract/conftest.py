from collections.abc import Callable, Iterator

import pytest
import requests

from listrak.extract.client import ListrakClient
from tests.unit.extract.scripted_listrak import ScriptedListrak, scripted_listrak


@pytest.fixture
def listrak() -> Iterator[ScriptedListrak]:
    with scripted_listrak() as script:
        yield script


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as open_session:
        open_session.trust_env = False
        yield open_session


@pytest.fixture
def waits() -> list[float]:
    """Every wait between attempts, which the client only records."""
    return []


@pytest.fixture
def client(
    listrak: ScriptedListrak, session: requests.Session, waits: list[float]
) -> ListrakClient:
    return ListrakClient(session, listrak.connection(), sleep=waits.append)


@pytest.fixture
def impatient_client(
    listrak: ScriptedListrak, session: requests.Session, waits: list[float]
) -> ListrakClient:
    return ListrakClient(session, listrak.connection(timeout=0.2), sleep=waits.append)


ErrorTexts = Callable[[BaseException], str]


@pytest.fixture
def everything_said() -> ErrorTexts:
    """The text of an error and of all that is chained to it."""

    def texts(error: BaseException | None) -> str:
        if error is None:
            return ""
        return f"{error!r} {error} {texts(error.__cause__)} {texts(error.__context__)}"

    return texts
