-- Purpose: what the guard holds: snapshots that were not believed, and how much of them is held.
-- Grain: one row per source, list and snapshot with held changes.
select
    snapshots.source,
    snapshots.list_id,
    snapshots.snapshot_at,
    snapshots.contact_count,
    snapshots.removed_count,
    snapshots.previous_snapshot_at,
    snapshots.run_id,
    count(*) as held_changes
from listrak.snapshots as snapshots
inner join listrak.trait_changes as changes
    on
        snapshots.source = changes.source
        and snapshots.list_id = changes.list_id
        and snapshots.snapshot_at = changes.snapshot_at
where snapshots.status = 'held' and changes.status = 'held'
group by
    snapshots.source,
    snapshots.list_id,
    snapshots.snapshot_at,
    snapshots.contact_count,
    snapshots.removed_count,
    snapshots.previous_snapshot_at,
    snapshots.run_id
order by snapshots.snapshot_at desc;
