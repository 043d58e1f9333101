"""Backfills as a person makes them: in Airflow's pages, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from local.chromium import installed_chromium
from tests.airflow.backfills import Backfills
from tests.airflow.conftest import RUN_SECONDS, Source
from tests.airflow.test_runs import check_converged

PATIENCE = 60_000.0  # milliseconds; a page takes seconds on a busy machine
DAY = timedelta(days=1)
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
STAYS, LEAVES, COMES = "stays@example.com", "leaves@example.com", "comes@example.com"
DAYS = (TODAY - 5 * DAY, TODAY - 4 * DAY, TODAY - 3 * DAY)
RECORDED = [
    ("reconstructed", "past", {STAYS, LEAVES}),
    ("reconstructed", "past", {STAYS}),
    ("reconstructed", "past", {STAYS, COMES}),
]


@dataclass(frozen=True)
class Choice:
    """What is chosen in the dialog."""

    days: tuple[datetime, ...]
    reprocess: str = "Missing Runs"
    max_active_runs: int = 1
    backwards: bool = False
    dry_run: bool = False

    @property
    def ends(self) -> list[datetime]:
        """The moments of the days' snapshots."""
        return [day + DAY for day in self.days]


@pytest.fixture(scope="module")
def source(sources: Mapping[str, Source]) -> Source:
    """Return a source whose contacts came and went for days, after its scheduled run of today."""
    source = sources["Browser"]
    for address in (STAYS, LEAVES):
        source.world.subscribe(1, address, at=TODAY - 10 * DAY)
    source.world.unsubscribe(1, LEAVES, at=TODAY - 3.5 * DAY)
    source.world.subscribe(1, COMES, at=TODAY - 2.5 * DAY)
    source.airflow.api.unpause(source.dag_id)
    Backfills(source.airflow, source.dag_id).wait_for_runs("scheduled", at_least=1)
    check_converged(source)
    return source


def test_backfill_from_the_dialog_is_recorded_and_sends_nothing(
    source: Source, tmp_path: Path
) -> None:
    posted = source.segment.ledger.batches
    choice = Choice(DAYS)

    backfill(source, choice, tmp_path)

    assert snapshots(source, choice) == RECORDED
    assert changes(source, choice) == {
        (choice.ends[0], STAYS, "add", "historical"),
        (choice.ends[0], LEAVES, "add", "historical"),
        (choice.ends[1], LEAVES, "remove", "historical"),
        (choice.ends[2], COMES, "add", "historical"),
    }
    assert source.segment.ledger.batches == posted
    check_converged(source)


def test_backfill_of_all_runs_backwards_side_by_side_finds_the_same(
    source: Source, tmp_path: Path
) -> None:
    posted = source.segment.ledger.batches
    choice = Choice((DAYS[0] - DAY, *DAYS), reprocess="All Runs", max_active_runs=3, backwards=True)

    backfill(source, choice, tmp_path)

    assert snapshots(source, choice) == [RECORDED[0], *RECORDED]
    assert {status for *_, status in changes(source, choice)} == {"historical"}
    assert source.segment.ledger.batches == posted
    check_converged(source)


def test_dry_run_from_the_dialog_decides_nothing(source: Source, tmp_path: Path) -> None:
    posted = source.segment.ledger.batches
    choice = Choice((TODAY - 7 * DAY,), dry_run=True)

    backfill(source, choice, tmp_path)

    assert snapshots(source, choice) == []
    assert changes(source, choice) == {
        (choice.ends[0], address, "add", "dry_run") for address in (STAYS, LEAVES)
    }
    assert source.segment.ledger.batches == posted
    check_converged(source)


def backfill(source: Source, choice: Choice, tmp_path: Path) -> None:
    """Run a backfill in the browser, watch its runs succeed there, and note its end."""
    with dag_page(source, tmp_path) as page:
        open_backfill_dialog(page)
        choose(page, choice)
        run_backfill(page, choice)
        watch_runs_succeed(page, choice)
    backfills = Backfills(source.airflow, source.dag_id)
    runs = backfills.wait(backfills.all()[-1].backfill_id)
    assert set(choice.days) <= {run.logical_date for run in runs}


@contextmanager
def dag_page(source: Source, tmp_path: Path) -> Iterator[Page]:
    """Log in and yield the DAG's page. A failure leaves a picture of it in `tmp_path`."""
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not work for root, who runs the tests in CI.
        browser = playwright.chromium.launch(
            executable_path=installed_chromium(), chromium_sandbox=False
        )
        page = browser.new_page(
            locale="en-US", timezone_id="UTC", viewport={"width": 1280, "height": 1300}
        )
        page.set_default_timeout(PATIENCE)
        try:
            page.goto(f"{source.airflow.api.base_url}/dags/{source.dag_id}")
            page.get_by_role("textbox", name="Username").fill(source.airflow.username)
            page.get_by_role("textbox", name="Password").fill(source.airflow.password)
            page.get_by_role("button", name="Sign in").click()
            yield page
        except Exception as error:
            picture = tmp_path / "page.png"
            page.screenshot(path=picture, full_page=True)
            error.add_note(f"The page as it was: {picture}")
            raise


def open_backfill_dialog(page: Page) -> None:
    page.get_by_role("button", name="Trigger Dag").click()
    switch_on(page.get_by_role("radio", name="Backfill"))


def choose(page: Page, choice: Choice) -> None:
    """Fill the dialog in. Airflow takes the run parameters only with the override."""
    switch_on(page.get_by_role("radio", name=choice.reprocess, exact=True))
    page.get_by_role("spinbutton").fill(str(choice.max_active_runs))
    if choice.backwards:
        switch_on(page.get_by_role("checkbox", name="Run Backwards"))
    if choice.dry_run:
        switch_on(page.get_by_role("checkbox", name="dry_run"))
        switch_on(page.get_by_role("checkbox", name="Override parameters on existing runs"))
    choose_day(page, "From", choice.days[0])
    choose_day(page, "To", choice.days[-1])


def choose_day(page: Page, name: str, day: datetime) -> None:
    """Type a day into the calendar that opens; the time is then the day's begin, or its end."""
    page.get_by_role("group").filter(has_text=name).get_by_test_id("datetime-input").click()
    page.get_by_role("textbox", name=name).fill(f"{day:%Y/%m/%d}")
    page.keyboard.press("Escape")


def switch_on(control: Locator) -> None:
    """Switch a checkbox or radio button on, by its key: Airflow hides it below a drawn one."""
    if not control.is_checked():
        control.press("Space")
    expect(control).to_be_checked(timeout=PATIENCE)


def run_backfill(page: Page, choice: Choice) -> None:
    count = len(choice.days)
    announced = f"{count} runs will be triggered." if count > 1 else "1 run will be triggered."
    expect(page.get_by_text(announced)).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Run Backfill").click()
    expect(page.get_by_text("Backfill generated")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Backfill in progress")).to_be_visible(timeout=PATIENCE)


def watch_runs_succeed(page: Page, choice: Choice) -> None:
    """Wait, on the DAG's page of runs, until every run of the backfill shows its success."""
    page.get_by_role("link", name="Runs", exact=True).click()
    for end in choice.ends:
        row = page.get_by_role("row").filter(has_text=f"backfill__{end:%Y-%m-%d}T")
        expect(row.get_by_text("Success", exact=True)).to_be_visible(timeout=RUN_SECONDS * 1000)


def snapshots(source: Source, choice: Choice) -> list[tuple[str, str, set[str]]]:
    """Return kind, status and contacts of the days' snapshots, in the order of the days."""
    taken = source.query("select snapshot_at, kind, status from snapshots order by 1")
    held = source.query("select snapshot_at, email from snapshot_contacts")
    return [
        (kind, status, {email for at, email in held if at == end})
        for end, kind, status in taken
        if end.replace(tzinfo=UTC) in choice.ends
    ]


def changes(source: Source, choice: Choice) -> set[tuple[datetime, str, str, str]]:
    """Return moment, address, change and status of what the days' runs noted."""
    noted = source.query("select snapshot_at, email, change, status from trait_changes")
    found = {(at.replace(tzinfo=UTC), *rest) for at, *rest in noted}
    return {change for change in found if change[0] in choice.ends}
