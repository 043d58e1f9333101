import json
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from listrak import __version__
from listrak.load.identify import (
    TICK,
    IdentifyCall,
    Origin,
    TraitChange,
    identify_calls,
    payload,
    timestamps,
)

AT = datetime(2026, 3, 1, 4, 5, 6, 789_999)
NOW = datetime(2026, 6, 1)
ORIGIN = Origin.of("Listrak_Prod", "key")
ADD = TraitChange("ann@example.com", None, "add", "Listrak_list_1", AT, AT)
REMOVE = replace(ADD, change="remove", trait="Listrak_list_2")


def test_call_without_user_id_says_exactly_this() -> None:
    [call] = identify_calls([ADD, REMOVE], ORIGIN, NOW)

    assert json.dumps(payload(call)) == (
        '{"type": "identify", '
        '"messageId": "e4b1", "timestamp": "2026-03-01T04:05:06.789Z", '
        '"anonymousId": "ann@example.com", '
        '"traits": {"Listrak_list_1": true, "Listrak_list_2": null, "email": "ann@example.com"}, '
        '"context": {"active": false, '
        f'"integration": {{"name": "Listrak", "version": "{__version__}"}}}}, '
        '"channel": "server"}'
    ).replace("e4b1", call.message_id)


def test_call_with_user_id_says_it_too() -> None:
    [call] = identify_calls([replace(ADD, user_id="42")], ORIGIN, NOW)

    assert payload(call)["userId"] == "42"
    assert payload(call)["anonymousId"] == "ann@example.com"


def test_message_id_stays_what_it_was() -> None:
    # With another digest Segment would take a call that is planned again for a new one.
    [call] = identify_calls([ADD], ORIGIN, NOW)

    assert call.message_id == ("70b275f88be411b4e7ba5b10a415120424c9434afca0fe49829dbff5cd94e8ce")


def test_message_id_tells_everything_apart_but_the_time_of_planning() -> None:
    same = identify_calls([ADD], ORIGIN, NOW + timedelta(days=1))[0].message_id
    others = [
        identify_calls([change], origin, NOW)[0].message_id
        for change, origin in [
            (ADD, ORIGIN),
            (ADD, Origin.of("Listrak_Test", "key")),
            (ADD, Origin.of("Listrak_Prod", "another")),
            (replace(ADD, user_id="1"), ORIGIN),
            (replace(ADD, email="bob@example.com"), ORIGIN),
            (replace(ADD, change="remove"), ORIGIN),
            (replace(ADD, trait="Listrak_list_2"), ORIGIN),
            (replace(ADD, snapshot_at=AT + TICK), ORIGIN),
        ]
    ]

    assert same == others[0]
    assert len(set(others)) == len(others)


def test_changes_of_several_lists_travel_together_per_user_id() -> None:
    second = replace(ADD, trait="Listrak_list_2")
    other_user = replace(ADD, trait="Listrak_list_3", user_id="7")

    calls = identify_calls([ADD, other_user, second], ORIGIN, NOW)

    told = {call.user_id: sorted(json.loads(call.traits)) for call in calls}
    assert told == {
        None: ["Listrak_list_1", "Listrak_list_2", "email"],
        "7": ["Listrak_list_3", "email"],
    }


def test_trait_that_one_list_gives_and_another_takes_is_true() -> None:
    taken = replace(ADD, change="remove")

    for changes in ([ADD, taken], [taken, ADD]):
        [call] = identify_calls(changes, ORIGIN, NOW)

        assert json.loads(call.traits)["Listrak_list_1"] is True


def test_removal_comes_before_the_adds_of_its_address() -> None:
    later_removal = replace(REMOVE, user_id="7", occurred_at=AT + timedelta(hours=1))

    calls = identify_calls([ADD, later_removal], ORIGIN, NOW)

    assert [call.user_id for call in calls] == ["7", None]
    assert calls[1].timestamp == calls[0].timestamp + TICK


def test_call_is_dated_by_its_latest_change() -> None:
    later = replace(REMOVE, occurred_at=AT + timedelta(hours=1))

    [call] = identify_calls([ADD, later], ORIGIN, NOW)

    assert call.timestamp == (AT + timedelta(hours=1)).replace(microsecond=789_000)


def test_whole_second_is_written_with_milliseconds() -> None:
    call = IdentifyCall("m", "a@b", None, "{}", datetime(2026, 1, 1))

    assert payload(call)["timestamp"] == "2026-01-01T00:00:00.000Z"


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))


@given(st.lists(moments, min_size=1, max_size=5), moments | st.none(), moments)
def test_timestamps_move_forward_and_not_into_the_future(
    occurred: list[datetime], latest: datetime | None, now: datetime
) -> None:
    given_times = timestamps(occurred, latest, now)

    before = [latest, *given_times][: len(occurred)]
    assert all(
        time >= previous + TICK
        for previous, time in zip(before, given_times, strict=True)
        if previous
    )
    future = len(occurred) * TICK
    assert given_times[-1] < now or (latest is not None and latest >= now - future)
