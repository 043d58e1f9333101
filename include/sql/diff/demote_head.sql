-- Purpose: the head becomes a past snapshot, if it is still the one that was diffed against.
-- Grain: no row or one; none says that another run moved the head.
update listrak.snapshots
set status = 'past'
where
    source = $source
    and list_id = $list_id
    and status = 'head'
    and snapshot_at = $head_at::timestamp;
