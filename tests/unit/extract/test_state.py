from datetime import datetime, timedelta

import pytest

from listrak.extract.state import Known, state_at

T = datetime(2026, 1, 10, 12)
BEFORE, AFTER, LONG_AFTER = T - timedelta(hours=1), T + timedelta(hours=1), T + timedelta(hours=2)


@pytest.mark.parametrize(
    ("listed", "subscribed", "unsubscribed", "known"),
    [
        ("Subscribed", BEFORE, None, ("subscribed", None)),
        ("Subscribed", T, None, ("subscribed", None)),
        ("Subscribed", None, None, ("subscribed", None)),
        (None, BEFORE, None, ("subscribed", None)),
        ("Subscribed", AFTER, None, ("later", None)),
        ("Subscribed", BEFORE, BEFORE, ("subscribed", None)),  # resubscribed since
        ("Unsubscribed", BEFORE, BEFORE, ("unsubscribed", BEFORE)),
        ("unsubscribed", BEFORE, T, ("unsubscribed", T)),
        ("Unsubscribed", BEFORE, AFTER, ("subscribed", None)),
        ("Unsubscribed", None, AFTER, ("subscribed", None)),
        ("Unsubscribed", AFTER, LONG_AFTER, ("later", None)),
        ("Unsubscribed", BEFORE, None, ("unsubscribed", None)),
    ],
)
def test_state_at_a_moment_follows_from_the_dates(
    listed: object, subscribed: datetime | None, unsubscribed: datetime | None, known: Known
) -> None:
    assert state_at(listed, subscribed, unsubscribed, T) == known


@pytest.mark.parametrize(
    ("listed", "known"),
    [("Subscribed", ("subscribed", None)), ("Unsubscribed", ("unsubscribed", T))],
)
def test_now_it_is_what_listrak_says(listed: str, known: Known) -> None:
    assert state_at(listed, AFTER, T, None) == known
