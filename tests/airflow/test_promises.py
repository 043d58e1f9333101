"""What a run is asked for, what the guard holds, and past moments, through the real scheduler."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import requests

from tests.airflow.backfills import Backfills
from tests.airflow.conftest import Source
from tests.airflow.engines import on_each_engine
from tests.airflow.test_runs import check_converged, held_traits
from tests.conftest import ROOT

Sources = Mapping[str, Source]
DAY = timedelta(days=1)
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def sent_since(source: Source, earlier: int) -> list[tuple[str, object]]:
    """Return address and trait of list 1 in every call after the first `earlier`."""
    events = [kept.event for kept in source.segment.ledger.events[earlier:]]
    return sorted((str(e["anonymousId"]), e["traits"].get("Listrak_list_1", "-")) for e in events)


def trigger(source: Source, **body: object) -> str:
    """Trigger through the REST API with times of one's own, wait, and return the run's id."""
    api = source.airflow.api
    login = {"username": source.airflow.username, "password": source.airflow.password}
    token = requests.post(f"{api.base_url}/auth/token", json=login, timeout=30).json()
    made = requests.post(
        f"{api.base_url}/api/v2/dags/{source.dag_id}/dagRuns",
        json=body,
        headers={"Authorization": f"Bearer {token['access_token']}"},
        timeout=30,
    )
    assert made.ok, made.text
    source.wait(made.json()["dag_run_id"])
    return str(made.json()["dag_run_id"])


@on_each_engine("Asked")
def test_dry_run_then_a_run_then_a_full_resync(asked: Source) -> None:
    asked.world.subscribe(1, "stays@example.com")
    asked.world.subscribe(1, "goes@example.com")

    dry = asked.run(dry_run=True)
    assert asked.totals(dry)["added"] == 2
    assert asked.tasks(dry)["send_identify_calls"] == "skipped"
    assert asked.query("select count(*) from snapshots") == [(0,)]
    assert asked.query("select distinct status from trait_changes") == [("dry_run",)]
    assert asked.segment.ledger.events == []

    asked.run()
    asked.world.unsubscribe(1, "goes@example.com")
    asked.run()
    check_converged(asked)
    assert len(asked.segment.ledger.events) == 3

    resync = asked.run(full_resync=True)
    assert sent_since(asked, 3) == [("goes@example.com", None), ("stays@example.com", True)]
    check_converged(asked)
    asked.clear(resync)
    assert len(asked.segment.ledger.events) == 5


def test_misspelled_param_fails_the_run_before_anything_is_read(sources: Sources) -> None:
    asked = sources["Asked"]
    asked.world.subscribe(1, "unread@example.com")
    read = len(asked.listrak.requests)

    run = asked.run(dryrun=True)

    assert asked.state(run) == "failed"
    assert "The run was given dryrun; there are dry_run" in asked.log(run, "extract_contacts [1]")
    assert len(asked.listrak.requests) == read


@on_each_engine("Asked")
def test_past_dates_of_manual_runs_are_history(asked: Source) -> None:
    asked.world.subscribe(1, "early@example.com", at=TODAY - 9 * DAY)
    asked.run()
    posted = asked.segment.ledger.batches
    dates = [TODAY - 3 * DAY, TODAY - 5 * DAY]

    by_date = trigger(asked, logical_date=dates[0].isoformat())
    by_interval = trigger(
        asked,
        logical_date=datetime.now(UTC).isoformat(),
        data_interval_start=(dates[1] - DAY).isoformat(),
        data_interval_end=dates[1].isoformat(),
    )

    assert {asked.state(run) for run in (by_date, by_interval)} == {"success"}
    found = asked.query(
        "select snapshots.snapshot_at, kind, status, contact_count from snapshots "
        f"where run_id in ('{by_date}', '{by_interval}') order by 1 desc"
    )
    assert found == [(at.replace(tzinfo=None), "reconstructed", "past", 1) for at in dates]
    assert asked.segment.ledger.batches == posted
    check_converged(asked)


@on_each_engine("Guarded")
def test_mass_removal_is_held_until_it_is_allowed(guarded: Source) -> None:
    for number in range(10):
        guarded.world.subscribe(1, f"p{number}@example.com")
        guarded.world.subscribe(2, f"p{number}@example.com")
    guarded.run()
    before = held_traits(guarded.segment, "arrival")
    for number in range(4):
        guarded.world.unsubscribe(1, f"p{number}@example.com")
    guarded.world.unsubscribe(2, "p9@example.com")

    held = guarded.run()

    assert guarded.state(held) == "failed"
    assert guarded.totals(held)["held"] == 4
    assert "List 1: 4 of 10 contacts (40%) are gone" in guarded.log(held, "diff_snapshots")
    assert "p0@example.com" not in guarded.log(held, "diff_snapshots")
    before["p9@example.com"].pop("Listrak_list_2")  # the other list goes on
    assert held_traits(guarded.segment, "arrival") == before

    allowed = guarded.run(allow_mass_removal=True)

    assert guarded.state(allowed) == "success"
    check_converged(guarded)
    assert guarded.query("select count(*) from trait_changes where status = 'held'") == [(0,)]


@on_each_engine("Guarded")
def test_list_that_reads_empty_is_held_and_clears_itself(guarded: Source) -> None:
    guarded.run(allow_mass_removal=True)
    people = [contact.email for contact in guarded.world.contacts(2) if contact.subscribed]
    for email in people:
        guarded.world.unsubscribe(2, email)
    calls = len(guarded.segment.ledger.events)

    held = guarded.run()
    for email in people:
        guarded.world.subscribe(2, email)
    good = guarded.run()

    assert (guarded.state(held), guarded.state(good)) == ("failed", "success")
    assert "reads empty" in guarded.log(held, "diff_snapshots")
    assert len(guarded.segment.ledger.events) == calls
    check_converged(guarded)


@on_each_engine("Ahead")
def test_backfill_of_a_first_install_is_sent_in_order(ahead: Source) -> None:
    ahead.world.subscribe(1, "first@example.com", at=TODAY - 20 * DAY)
    ahead.world.subscribe(1, "left@example.com", at=TODAY - 20 * DAY)
    ahead.world.unsubscribe(1, "left@example.com", at=TODAY - 2.5 * DAY)
    ahead.world.subscribe(1, "second@example.com", at=TODAY - 1.5 * DAY)

    created = subprocess.run(
        [ROOT / ".venv/bin/airflow", "backfill", "create", "--dag-id", ahead.dag_id,
         "--from-date", (TODAY - 4 * DAY).isoformat(), "--to-date", (TODAY - DAY).isoformat(),
         "--max-active-runs", "1"],
        env=dict(ahead.airflow.environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert created.returncode == 0, created.stderr
    runs = Backfills(ahead.airflow, ahead.dag_id).wait_for_runs("backfill", at_least=4)

    assert {run.state for run in runs} == {"success"}
    kinds = ahead.query("select kind, status from snapshots order by snapshot_at")
    assert kinds == [("reconstructed", "past")] * 3 + [("observed", "head")]
    calls = [kept.event for kept in ahead.segment.ledger.events]
    by_contact = {str(e["anonymousId"]): [] for e in calls}  # type: dict[str, list[str]]
    for event in calls:
        by_contact[str(event["anonymousId"])].append(str(event["timestamp"]))
    assert all(a < b for times in by_contact.values() for a, b in pairwise(times))
    assert by_contact["left@example.com"][1] == _wire(TODAY - 2.5 * DAY)
    assert by_contact["second@example.com"] == [_wire(TODAY - 1.5 * DAY)]
    check_converged(ahead)


def _wire(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
