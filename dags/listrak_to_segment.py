"""One Airflow DAG per source of include/sources.yaml: Listrak's lists to Segment's profiles."""

from __future__ import annotations

from airflow.sdk import DAG, CronDataIntervalTimetable, Param, TriggerRule

from listrak.operators.diff_snapshots import DiffSnapshotsOperator
from listrak.operators.extract_contacts import ExtractContactsOperator
from listrak.operators.outcome import (
    FIRST_RETRY_AFTER,
    LONGEST_RETRY_DELAY,
    LONGEST_TASK,
    RETRIES,
    SEND_RETRIES,
    RetryAfterPolicy,
)
from listrak.operators.report import ReportOperator
from listrak.operators.send_identify_calls import SendIdentifyCallsOperator
from listrak.settings import DAG_PARAMS, SourceSettings
from listrak.sources_file import load_sources, sources_file

DOCS = """\
### {name}

Every run reads the subscribed contacts of the lists from Listrak, keeps them as a snapshot in the
warehouse, compares it with the snapshot before, and tells Segment what changed: `identify` calls
that set the trait `{trait_name}` to true, or remove it.

A list that fails does not stop the others; the run still ends failed and `report` says which.
What could not be sent stays *pending* and is sent by the next run.

A run of a past interval, such as a backfill's, is reconstructed as of the interval's end. Behind
the newest snapshot it is recorded and sends nothing. Many removals at once are *held* until a run
with `allow_mass_removal`. `dry_run` reports and sends nothing; `full_resync` sends all of it again.
"""
EXTRACT_DOCS = """\
Reads one list from Listrak's API into staging: as it is now, or, for a moment that is past, as it
was by the dates of subscribed and unsubscribed contacts. Nothing is kept of a read that does not
come to its end. An unknown list or profile field fails at once and names those that exist.
"""
DIFF_DOCS = """\
Compares each list's read with the snapshot before and decides it, in one transaction: the snapshot,
the versions of its contacts, and the changes as *pending*, or as *historical* where a newer
snapshot is decided already. Contacts that are gone are asked for first. Too many of them hold the
list's changes, and the message says how to let them through.
"""
SEND_DOCS = """\
Sends every pending change of the source, also those of earlier runs. A batch counts as sent after
Segment's receipt; a retry sends the same calls under the same message ids.
"""
REPORT_DOCS = """\
Logs and returns the totals of the run, prunes snapshots that are old enough (`keep_all_days` and
`keep_daily_days` of the source), and fails where a task before it failed.
"""


PARAMS = {
    name: Param(default=False, type="boolean", title=name, description=f"{description}.")
    for name, description in DAG_PARAMS.items()
}


def listrak_to_segment(source: SourceSettings, known_sources: list[str]) -> DAG:
    """Return the DAG of a source; `known_sources`: the names of all."""
    with DAG(
        source.dag_id,
        schedule=CronDataIntervalTimetable(source.cron, timezone="UTC") if source.cron else None,
        start_date=source.start_date,
        catchup=False,
        max_active_runs=1,
        tags=["listrak", "segment"],
        params=PARAMS,
        doc_md=DOCS.format(name=source.name, trait_name=source.trait_name),
        default_args={
            "retries": RETRIES,
            "retry_delay": FIRST_RETRY_AFTER,
            "retry_exponential_backoff": 2,
            "max_retry_delay": LONGEST_RETRY_DELAY,
            "retry_policy": RetryAfterPolicy(),
            "execution_timeout": LONGEST_TASK,
        },
    ) as dag:
        where = {"source": source.name, "warehouse_conn_id": source.warehouse_conn_id}
        extract = ExtractContactsOperator.partial(
            task_id="extract_contacts",
            map_index_template="{{ list_label | default(task.list_id) }}",
            cron=source.cron,
            listrak_conn_id=source.listrak_conn_id,
            doc_md=EXTRACT_DOCS,
            **where,
        ).expand_kwargs(
            [{"list_id": entry.id, "user_id_field": entry.user_id_field} for entry in source.lists]
        )
        diff = DiffSnapshotsOperator(
            task_id="diff_snapshots",
            source=source,
            trigger_rule=TriggerRule.ALL_DONE,
            doc_md=DIFF_DOCS,
        )
        send = SendIdentifyCallsOperator(
            task_id="send_identify_calls",
            segment_conn_id=source.segment_conn_id,
            trigger_rule=TriggerRule.ALL_DONE,
            max_active_tis_per_dag=1,
            retries=SEND_RETRIES,
            doc_md=SEND_DOCS,
            **where,
        )
        report = ReportOperator(
            task_id="report",
            source=source,
            known_sources=known_sources,
            trigger_rule=TriggerRule.ALL_DONE,
            doc_md=REPORT_DOCS,
        )
        extract >> diff >> send >> report
    return dag


sources = load_sources(sources_file()).valid
for settings in sources:
    globals()[settings.dag_id] = listrak_to_segment(settings, [each.name for each in sources])
