-- Purpose: what each run did. Counts of contacts (extracted), of trait changes that the run decided
-- (added … pending: as they stand now) and of identify calls that the run made (sent, rejected).
-- asked: what the run was asked for, such as dry_run, whose counts stand in its own log only.
-- Grain: one row per source and run_id. duration: seconds, null until the run was reported.
create or replace view listrak.run_summary as
with decided as (
    select
        source,
        run_id,
        sum(contact_count) as extracted,
        sum(added_count) as added,
        sum(removed_count) as removed,
        sum(re_identified_count) as re_identified
    from listrak.snapshots
    group by source, run_id
),

calls as (
    select
        source,
        run_id,
        count(*) filter (where status = 'sent') as sent,
        count(*) filter (where status = 'rejected') as rejected
    from listrak.identify_calls
    group by source, run_id
),

changes as (
    select
        snapshots.source,
        snapshots.run_id,
        count(*) filter (where changes.status = 'superseded') as superseded,
        count(*) filter (where changes.status = 'held') as held,
        count(*) filter (where changes.status = 'pending') as pending,
        count(*) filter (where changes.status = 'historical') as historical
    from listrak.snapshots as snapshots
    inner join listrak.trait_changes as changes
        on
            snapshots.source = changes.source
            and snapshots.list_id = changes.list_id
            and snapshots.snapshot_at = changes.snapshot_at
    group by snapshots.source, snapshots.run_id
)

select
    runs.source,
    runs.run_id,
    runs.started_at,
    runs.asked,
    coalesce(decided.extracted, 0)::bigint as extracted,
    coalesce(decided.added, 0)::bigint as added,
    coalesce(decided.removed, 0)::bigint as removed,
    coalesce(decided.re_identified, 0)::bigint as re_identified,
    coalesce(calls.sent, 0) as sent,
    coalesce(changes.superseded, 0) as superseded,
    coalesce(changes.held, 0) as held,
    coalesce(calls.rejected, 0) as rejected,
    coalesce(changes.pending, 0) as pending,
    coalesce(changes.historical, 0) as historical,
    extract(epoch from runs.finished_at - runs.started_at)::double as duration
from listrak.runs as runs
left join decided on runs.source = decided.source and runs.run_id = decided.run_id
left join calls on runs.source = calls.source and runs.run_id = calls.run_id
left join changes on runs.source = changes.source and runs.run_id = changes.run_id;
