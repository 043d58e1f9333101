-- Purpose: between which decided snapshots of its list a moment falls.
-- Grain: one row; previous_at null: before all of them, next_at null: after all of them.
select
    max(snapshot_at) filter (where snapshot_at < $snapshot_at) as previous_at,
    min(snapshot_at) filter (where snapshot_at > $snapshot_at) as next_at
from listrak.snapshots
where source = $source and list_id = $list_id and status in ('head', 'past');
