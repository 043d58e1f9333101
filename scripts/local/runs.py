"""Running the sources' DAGs and telling what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from local.api import FINISHED, AirflowApi, ApiError, DagImportError, TaskInstance
from local.running import RunningAirflow
from local.services import StartError
from local.sources import SourceSettings

PATTERN = "listrak_to_segment__%"
DAG_FILE = "listrak_to_segment.py"
REPORT_TASK = "report"
PARSE_SECONDS = 180.0
POLL_SECONDS = 1.0
# In the words and the order of the run_summary view.
COUNTS = (
    "extracted",
    "added",
    "removed",
    "re_identified",
    "sent",
    "superseded",
    "held",
    "rejected",
    "pending",
    "historical",
    "would_tell",  # a dry run's: changes of traits that it would have sent
)

Say = Callable[[str], None]


@dataclass
class Run:
    """A triggered run of a source. `lists`: their ids, in the order of the mapped tasks.

    `seen`: each task's state when it was last told.
    """

    source: str
    dag_id: str
    run_id: str
    lists: tuple[int, ...] = ()
    state: str = "queued"
    seen: dict[tuple[str, int], str | None] = field(default_factory=dict)

    def title(self, task: TaskInstance) -> str:
        """Return a task's name; a mapped one's list id stands in until Airflow labels it."""
        if task.label or not 0 <= task.map_index < len(self.lists):
            return task.title
        return f"{task.task_id} [{self.lists[task.map_index]}]"


def wait_for_dags(airflow: RunningAirflow, dag_ids: Sequence[str], since: datetime) -> None:
    """Wait until the DAGs' files have been read after `since`: an older reading may be out of date.

    Raises StartError with Airflow's words when a file does not load.
    """

    def all_parsed() -> bool | None:
        parsed = {
            dag.dag_id
            for dag in airflow.api.dags(PATTERN)
            if dag.parsed_at and dag.parsed_at >= since
        }
        missing = set(dag_ids) - parsed
        errors = load_errors(airflow.api.import_errors(), since)
        if missing and errors:
            raise StartError(
                "\n".join(f"{error.filename} does not load:\n{error.text}" for error in errors)
            )
        return None if missing else True

    airflow.services.wait_for(all_parsed, f"DAG {', '.join(dag_ids)}", PARSE_SECONDS)


def load_errors(errors: Sequence[DagImportError], since: datetime) -> list[DagImportError]:
    """Return why the sources' DAG file did not load after `since`; other files' errors are theirs.

    One of those is expected: a mistake in the sources file shows as an error of another file.
    """
    return [each for each in errors if each.seen_at >= since and _is_ours(each)]


def _is_ours(error: DagImportError) -> bool:
    return Path(error.filename).name == DAG_FILE


def earlier_runs(api: AirflowApi, source: SourceSettings, say: Say) -> list[Run]:
    """Return the runs that an earlier start left unfinished: Airflow carries on with them first.

    One of a future logical date waits for that date, and meanwhile takes the place of the DAG's
    only running run: it is ended.
    """
    runs = []
    for each in api.unfinished_runs(source.dag_id):
        if each.logical_date and each.logical_date > datetime.now(UTC):
            api.fail_run(source.dag_id, each.run_id)
            say(
                f"{source.name}: the unfinished run {each.run_id} is for a time to come "
                f"({each.logical_date.isoformat()}): it could not start and would hold up all "
                "others. It was marked failed."
            )
        else:
            runs.append(_run(source, each.run_id, f"{source.name}, earlier run"))
    return runs


def start_run(api: AirflowApi, source: SourceSettings, conf: Mapping[str, object]) -> Run:
    """Let the DAG run, and trigger it. Raises ApiError, e.g. when a param is not allowed."""
    run = _run(source, api.trigger(source.dag_id, conf), source.name)
    api.unpause(source.dag_id)
    return run


def _run(source: SourceSettings, run_id: str, name: str) -> Run:
    return Run(name, source.dag_id, run_id, tuple(entry.id for entry in source.lists))


def follow(airflow: RunningAirflow, runs: Sequence[Run], say: Say) -> None:
    """Tell each task's changes until every run has finished.

    Raises StartError when a service stops.
    """
    while open_runs := [run for run in runs if run.state not in FINISHED]:
        airflow.services.check()
        for run in open_runs:
            # The state first: the tasks read after it are then final when the run is.
            state = airflow.api.run_state(run.dag_id, run.run_id)
            for task in news(run, airflow.api.task_instances(run.dag_id, run.run_id)):
                say(f"  {run.source}: {run.title(task)}: {_told(airflow.api, run, task)}")
            run.state = state
        time.sleep(POLL_SECONDS)


def news(run: Run, tasks: Sequence[TaskInstance]) -> list[TaskInstance]:
    """Return the tasks whose state is another than last time, and remember it."""
    changed = [task for task in tasks if run.seen.get((task.task_id, task.map_index)) != task.state]
    run.seen.update({(task.task_id, task.map_index): task.state for task in changed})
    return [task for task in changed if task.state not in {None, "scheduled", "queued"}]


def result(api: AirflowApi, run: Run) -> list[str]:
    """Return the lines that tell a finished run's outcome: state, totals, its tasks' errors."""
    totals = api.xcom(run.dag_id, run.run_id, REPORT_TASK)
    lines = [f"{run.source}: {run.state}  (run {run.run_id})"]
    lines += totals_lines(totals if isinstance(totals, dict) else {})
    failed = [task for task in api.task_instances(run.dag_id, run.run_id) if task.state == "failed"]
    for task in failed:
        lines += [f"  {run.title(task)} failed: {line}" for line in _error(api, run, task)]
    return lines


def totals_lines(totals: Mapping[str, object]) -> list[str]:
    """Return a run's counts, aligned, one a line; unknown counts are left out."""
    counts = {name: totals[name] for name in COUNTS if isinstance(totals.get(name), int)}
    if not counts:
        return ["  no totals: the run's report did not get that far"]
    lines = [f"  {name.replace('_', '-'):<14}{count:>12,}" for name, count in counts.items()]
    duration = totals.get("duration")
    return lines + (
        [f"  {'duration':<14}{duration:>10,.1f} s"] if isinstance(duration, int | float) else []
    )


def last_error(log: Sequence[Mapping[str, object]]) -> str | None:
    """Return the text of the last exception in a task's log, else of its last error line."""
    for line in reversed(log):
        detail = line.get("error_detail")
        if isinstance(detail, list) and detail and isinstance(detail[0], dict):
            return str(detail[0].get("exc_value") or detail[0].get("exc_type"))
    errors = [str(line.get("event")) for line in log if line.get("level") in {"error", "critical"}]
    return errors[-1] if errors else None


def _told(api: AirflowApi, run: Run, task: TaskInstance) -> str:
    """Return a task's state, and for one that waits to be tried again the reason."""
    state = str(task.state).replace("_", " ")
    return state if task.state != "up_for_retry" else f"{state}: {' '.join(_error(api, run, task))}"


def _error(api: AirflowApi, run: Run, task: TaskInstance) -> list[str]:
    try:
        text = last_error(api.log(run.dag_id, run.run_id, task))
    except ApiError as error:
        text = str(error)
    return (text or "it left no message; see its log in the UI").splitlines()
