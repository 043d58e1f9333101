from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from listrak.errors import SettingsError
from listrak.sources_file import check_sources, load_sources, sources_file

GOOD = """
sources:
  - name: Prod
    schedule: "@hourly"
    start_date: 2026-02-01
    lists: [{id: 1, user_id_field: 7}, {id: 2}]
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_source_is_read_with_its_defaults(tmp_path: Path) -> None:
    (source,) = load_sources(written(tmp_path, GOOD)).valid

    assert source.dag_id == "listrak_to_segment__prod"
    assert source.cron == "0 * * * *"
    assert source.start_date == datetime(2026, 2, 1, tzinfo=UTC)
    assert source.trait(2) == "Listrak_list_2"
    assert [entry.user_id_field for entry in source.lists] == [7, None]
    assert source.warehouse_conn_id == "warehouse_default"
    assert (source.keep_all_days, source.keep_daily_days) == (7, 365)


def test_shipped_sources_file_is_valid() -> None:
    assert check_sources(sources_file()).valid[0].name == "Listrak_Prod"


def test_environment_names_another_sources_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTRAK_SOURCES_FILE", str(written(tmp_path, GOOD)))

    assert load_sources(sources_file()).valid[0].name == "Prod"


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{lists: [{id: 1}]}", ("number 1", "name: is required")),
        ("{name: a b, lists: [{id: 1}]}", ("`a b`", "name:")),
        ("{name: a, lists: []}", ("lists: needs one",)),
        ("{name: a, lists: [{id: x}]}", ("lists.0.id",)),
        ("{name: a, lists: [{id: true}]}", ("lists.0.id",)),
        ("{name: a, lists: [{id: 1}, {id: 1}]}", ("lists: 1 is there more than once",)),
        ("{name: a, lists: [{id: 1, field: 2}]}", ("lists.0.field: unknown key",)),
        ("{name: a, list: [{id: 1}]}", ("list: unknown key", "lists: is required")),
        ("{name: a, schedule: hourly, lists: [{id: 1}]}", ("schedule:", "@hourly")),
        ("{name: a, schedule: '0 0 31 2 *', lists: [{id: 1}]}", ("schedule:", "comes round")),
        ("{name: a, schedule: '* * * * * *', lists: [{id: 1}]}", ("schedule:", "five fields")),
        ("{name: a, schedule: 'R * * * *', lists: [{id: 1}]}", ("schedule:",)),
        ("{name: a, start_date: soon, lists: [{id: 1}]}", ("start_date:",)),
        (
            "{name: a, start_date: '9999-12-31T23:59:59-14:00', lists: [{id: 1}]}",
            ("start_date: is out of range",),
        ),
        ('{name: a, trait_name: "a\\0{list_id}", lists: [{id: 1}]}', ("trait_name: expected",)),
        ("{name: a, trait_name: ' a', lists: [{id: 1}]}", ("trait_name:", "spaces")),
        ("{name: a, trait_name: 'x_{id}', lists: [{id: 1}]}", ("trait_name:", "{list_id}")),
        ("{name: a, trait_name: email, lists: [{id: 1}]}", ("trait_name:", "email")),
        ("{name: a, trait_name: x, lists: [{id: 1}, {id: 2}]}", ("trait_name:", "{list_id}")),
        ("{name: a, segment_conn_id: 'a b', lists: [{id: 1}]}", ("segment_conn_id:",)),
        ("{name: a, keep_all_days: -1, lists: [{id: 1}]}", ("keep_all_days:", "equal to 0")),
        ("{name: a, keep_all_days: 1.5, lists: [{id: 1}]}", ("keep_all_days:", "integer")),
        ("{name: a, keep_daily_days: true, lists: [{id: 1}]}", ("keep_daily_days:", "integer")),
        ("{name: a, keep_daily_days: 40000, lists: [{id: 1}]}", ("keep_daily_days:", "36500")),
        (
            "{name: a, keep_all_days: 400, lists: [{id: 1}]}",
            ("keep_daily_days: expected keep_all_days, 400, or more; it is 365",),
        ),
        ("7", ("number 1",)),
    ],
)
def test_mistake_names_file_source_and_key(
    tmp_path: Path, entry: str, words: tuple[str, ...]
) -> None:
    path = written(tmp_path, f"sources: [{entry}]")

    (mistake,) = load_sources(path).mistakes

    assert str(path) in mistake
    for word in words:
        assert word in mistake


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected one key, `sources`"),
        ("sources: []", "at least one source"),
        ("sources: {name: a}", "expected a list"),
        ("sources: [", "is not YAML"),
        ("sources: []\nmore: 1", "expected one key"),
        ("sources: []\nsources: []", "`sources` is there more than once"),
    ],
)
def test_unusable_file_is_one_mistake(tmp_path: Path, text: str, words: str) -> None:
    sources = load_sources(written(tmp_path, text))

    assert sources.valid == ()
    assert words in sources.mistakes[0]


def test_missing_file_says_how_to_name_one(tmp_path: Path) -> None:
    (mistake,) = load_sources(tmp_path / "none.yaml").mistakes

    assert "LISTRAK_SOURCES_FILE" in mistake


def test_list_with_a_mistake_is_not_called_missing(tmp_path: Path) -> None:
    path = written(tmp_path, "sources: [{name: a, lists: [{id: x}]}]")

    (mistake,) = load_sources(path).mistakes

    assert "needs one" not in mistake


def test_broken_source_leaves_the_others(tmp_path: Path) -> None:
    sources = load_sources(written(tmp_path, GOOD + "  - name: broken\n"))

    assert [source.name for source in sources.valid] == ["Prod"]
    assert len(sources.mistakes) == 1


def test_name_in_another_case_is_a_duplicate(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD + "  - {name: PROD, lists: [{id: 3}]}\n")

    with pytest.raises(SettingsError, match="`PROD`: name: is there more than once"):
        check_sources(path)
