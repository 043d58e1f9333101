-- Purpose: a snapshot that the guard holds.
-- Grain: no row or one.
select removed_count
from listrak.snapshots
where
    source = $source
    and list_id = $list_id
    and snapshot_at = $snapshot_at
    and status = 'held';
