-- Purpose: what a run did, list by list: what it read and decided, and what became of its changes
-- until now.
-- Grain: one row per source, run and list; a run that decided no snapshot (a dry run, a replay) has
-- one row without a list.
-- Parameters: [run_id] (the run, as the saved query runs has it; without it: the latest ones)
with chosen as (
    select
        source,
        run_id,
        started_at,
        asked,
        row_number() over (partition by source order by started_at desc, run_id desc) as recency
    from listrak.runs
    where $run_id::varchar is null or run_id = $run_id::varchar
),

changes as (
    select
        snapshots.source,
        snapshots.list_id,
        snapshots.snapshot_at,
        count(case when changes.status = 'sent' then 1 end) as sent,
        count(case when changes.status = 'superseded' then 1 end) as superseded,
        count(case when changes.status = 'pending' then 1 end) as pending,
        count(case when changes.status = 'held' then 1 end) as held,
        count(case when changes.status = 'rejected' then 1 end) as rejected,
        count(case when changes.status = 'historical' then 1 end) as historical
    from chosen
    inner join listrak.snapshots as snapshots
        on chosen.source = snapshots.source and chosen.run_id = snapshots.run_id
    inner join listrak.trait_changes as changes
        on
            snapshots.source = changes.source
            and snapshots.list_id = changes.list_id
            and snapshots.snapshot_at = changes.snapshot_at
    where chosen.recency = 1
    group by snapshots.source, snapshots.list_id, snapshots.snapshot_at
)

select
    chosen.source,
    chosen.run_id,
    chosen.started_at,
    chosen.asked,
    snapshots.list_id,
    snapshots.snapshot_at,
    snapshots.kind,
    snapshots.status,
    snapshots.contact_count,
    snapshots.added_count,
    snapshots.removed_count,
    snapshots.re_identified_count,
    changes.sent,
    changes.superseded,
    changes.pending,
    changes.held,
    changes.rejected,
    changes.historical
from chosen
left join listrak.snapshots as snapshots
    on chosen.source = snapshots.source and chosen.run_id = snapshots.run_id
left join changes
    on
        snapshots.source = changes.source
        and snapshots.list_id = changes.list_id
        and snapshots.snapshot_at = changes.snapshot_at
where chosen.recency = 1
order by chosen.source, snapshots.list_id;
