import json

import pytest

from listrak.connections import SEGMENT_HOST
from listrak.errors import ConnectionSettingsError
from listrak.hooks import segment
from listrak.hooks.segment import SegmentHook

KEY = "a-very-secret-write-key"


def test_connection_becomes_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {"conn_type": "segment", "password": KEY, "extra": {"max_events_per_second": 50}}
    monkeypatch.setenv("AIRFLOW_CONN_SEGMENT_DEFAULT", json.dumps(fields))

    settings = SegmentHook().connection()

    assert (settings.conn_id, settings.host) == ("segment_default", SEGMENT_HOST)
    assert (settings.write_key, settings.max_events_per_second) == (KEY, 50.0)
    assert KEY not in repr(settings)


def test_write_key_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    masked: list[object] = []
    monkeypatch.setattr(segment, "mask_secret", masked.append)
    monkeypatch.setenv("AIRFLOW_CONN_SEGMENT_EU", f"segment://:{KEY}@events.eu1.segmentapis.com")

    settings = SegmentHook("segment_eu").connection()

    assert masked == [KEY]
    assert settings.host == "https://events.eu1.segmentapis.com"


def test_missing_connection_says_how_to_make_it() -> None:
    with pytest.raises(ConnectionSettingsError, match=r"`segment_new`.*AIRFLOW_CONN_SEGMENT_NEW"):
        SegmentHook("segment_new").connection()


def test_connection_without_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SEGMENT_DEFAULT", '{"conn_type": "segment"}')

    with pytest.raises(ConnectionSettingsError, match="`segment_default`: password is empty"):
        SegmentHook().connection()
