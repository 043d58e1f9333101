"""The main job through the real scheduler."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest

from sandbox.faults import Fault
from sandbox.segment_api import SegmentApi
from sandbox.world import World
from tests.airflow.conftest import RUN_SECONDS, Source
from tests.airflow.engines import ENGINES, on_each_engine

Sources = Mapping[str, Source]
Order = Literal["arrival", "timestamp"]
ORDERS: tuple[Order, ...] = ("arrival", "timestamp")


def subscribed_traits(world: World) -> dict[str, dict[str, object]]:
    """Return the traits that profiles have to carry, no more and no less."""
    traits: dict[str, dict[str, object]] = {}
    for list_id in world.lists:
        for address in world.subscribed(list_id):
            of_address = traits.setdefault(address, {"email": address})
            of_address[f"Listrak_list_{list_id}"] = True
    return traits


def held_traits(segment: SegmentApi, order: Order) -> dict[str, dict[str, object]]:
    """Return the profiles that carry a list's trait."""
    return {
        address: traits
        for address, traits in segment.traits(order=order).items()
        if set(traits) != {"email"}
    }


def check_converged(source: Source) -> None:
    for order in ORDERS:
        assert held_traits(source.segment, order) == subscribed_traits(source.world)
    assert source.segment.ledger.dropped == []


@on_each_engine("Main")
def test_three_runs_over_a_changing_account_converge(main: Source) -> None:
    for number in range(300):
        main.world.subscribe(1, f"Person{number}+News@Example.com", values={7: f"u{number}"})
    main.world.subscribe(2, "Person1+news@example.COM")
    main.world.subscribe(2, "jürgen.o'neil@example.org")

    first = main.run()
    main.world.unsubscribe(1, "Person1+News@Example.com")
    main.world.set_value(1, "Person2+News@Example.com", 7, "other")
    main.world.subscribe(2, "late@example.net")
    second = main.run()
    third = main.run()

    check_converged(main)
    assert {main.state(run) for run in (first, second, third)} == {"success"}
    totals = [main.totals(run) for run in (first, second, third)]
    assert [total["extracted"] for total in totals] == [302, 302, 302]
    assert [total["added"] for total in totals] == [302, 1, 0]
    assert [total["removed"] for total in totals] == [0, 1, 0]
    assert [total["re_identified"] for total in totals] == [0, 1, 0]
    assert [total["sent"] for total in totals] == [302, 3, 0]
    assert main.segment.traits(by="userId")["other"]["Listrak_list_1"] is True


@on_each_engine("Main")
def test_clearing_finished_runs_sends_nothing_twice(main: Source) -> None:
    main.world.subscribe(1, "cleared@example.com")
    first = main.run()
    main.world.unsubscribe(1, "cleared@example.com")
    second = main.run()
    snapshots = main.query("select * from snapshots order by list_id, snapshot_at")
    posted = main.segment.ledger.batches

    for run in (first, second):
        main.clear(run)

    assert {main.state(run) for run in (first, second)} == {"success"}
    assert main.query("select * from snapshots order by list_id, snapshot_at") == snapshots
    assert main.segment.ledger.batches == posted
    check_converged(main)


def test_mapped_tasks_are_named_by_list(sources: Sources) -> None:
    run = sources["Partly"].run()

    names = set(sources["Partly"].tasks(run))

    assert "extract_contacts [1 Partly news]" in names
    assert "extract_contacts [999]" in names


@on_each_engine("Partly")
def test_list_that_fails_stops_no_other_and_fails_the_run(partly: Source) -> None:
    partly.world.subscribe(1, "here@example.com")

    run = partly.run()

    assert partly.state(run) == "failed"
    check_converged(partly)
    assert "has no list 999. It has: 1 (Partly news), 2 (Partly sale)" in partly.log(
        run, "extract_contacts [999]"
    )
    assert "Failed: extract_contacts of list 999." in partly.log(run, "report")
    assert partly.totals(run)["extracted"] == len(partly.world.subscribed(1))


def test_unknown_profile_field_is_named_with_those_there_are(sources: Sources) -> None:
    source = sources["No_Such_Field"]

    run = source.run()

    assert "has no profile field 99. It has: 7" in source.log(run, "extract_contacts [1]")
    assert source.tasks(run)["diff_snapshots"] == "skipped"
    assert source.state(run) == "failed"


def test_missing_connection_is_one_clear_message(sources: Sources) -> None:
    source = sources["Unconnected"]

    run = source.run()

    assert source.state(run) == "failed"
    assert "AIRFLOW_CONN_NOWHERE" in source.log(run, "extract_contacts [1]")


@on_each_engine("Unsent")
def test_what_could_not_be_sent_is_sent_by_the_next_run(unsent: Source) -> None:
    unsent.world.subscribe(1, "one@example.com")
    unsent.segment.faults.add(Fault("status", path="/v1/batch", status=403))

    failed = unsent.run()
    pending = unsent.query("select status from trait_changes")
    unsent.world.subscribe(1, "two@example.com")
    good = unsent.run()

    assert (unsent.state(failed), unsent.state(good)) == ("failed", "success")
    assert unsent.totals(failed)["pending"] == 1
    assert pending == [("pending",)]
    check_converged(unsent)
    assert unsent.totals(good)["sent"] == 2


@on_each_engine("Unsent")
def test_reset_after_accepting_sends_the_same_ids_again(unsent: Source) -> None:
    unsent.world.subscribe(1, "three@example.com")
    unsent.segment.faults.add(Fault("reset_after", path="/v1/batch"))

    run = unsent.run()

    assert unsent.state(run) == "success"
    ids = [event.event["messageId"] for event in unsent.segment.ledger.events]
    assert len(ids) == len(set(ids))
    assert unsent.totals(run)["sent"] == 1


@on_each_engine("Hourly")
def test_scheduled_run_is_of_its_intervals_end(hourly: Source) -> None:
    hourly.world.subscribe(1, "hour@example.com", at="2026-01-01T00:00:00")

    hourly.airflow.api.unpause(hourly.dag_id)
    deadline = time.monotonic() + RUN_SECONDS
    while not hourly.warehouse.exists() or not held_traits(hourly.segment, "arrival"):
        assert time.monotonic() < deadline, "no scheduled run in time"
        time.sleep(0.5)

    check_converged(hourly)
    (event,) = (kept.event for kept in hourly.segment.ledger.events)
    at = datetime.fromisoformat(str(event["timestamp"]))
    assert (at.minute, at.second, at.microsecond) == (0, 0, 0)


@pytest.mark.parametrize("name", ["Main", "Partly", "Unsent"])
@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_private_is_written_down(sources: Sources, name: str, engine: str) -> None:
    source = sources[name + engine]
    if not source.warehouse.exists():
        source.run()
    private = [address for list_id in (1, 2) for address in source.world.subscribed(list_id)]
    private += [source.listrak.client_secret, source.segment.write_key, *source.warehouse.secrets]
    logs = source.airflow.environment["AIRFLOW__LOGGING__BASE_LOG_FOLDER"]

    written = _everything_under(logs)

    assert f"dag_id={source.dag_id}" in written
    assert [text for text in private if text.lower() in written.lower()] == []
    assert "Bearer" not in written


def _everything_under(folder: str) -> str:
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    return "\n".join(f"{path}\n{path.read_text(errors='replace')}" for path in files)
