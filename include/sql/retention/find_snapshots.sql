-- Purpose: the snapshots of a source that are not pruned, and whether changes of them still wait to
-- be sent or to be allowed.
-- Grain: one row per list_id and snapshot_at, in this order.
with waiting as (
    select distinct
        list_id,
        snapshot_at
    from listrak.trait_changes
    where source = $source and status in ('pending', 'held')
)

select
    snapshots.list_id,
    snapshots.snapshot_at,
    snapshots.status,
    waiting.snapshot_at is not null as is_waiting
from listrak.snapshots as snapshots
left join waiting
    on snapshots.list_id = waiting.list_id and snapshots.snapshot_at = waiting.snapshot_at
where snapshots.source = $source and snapshots.status <> 'pruned'
order by snapshots.list_id, snapshots.snapshot_at;
