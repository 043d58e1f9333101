-- Purpose: a snapshot that was held makes room for what is found now.
-- Grain: no row or one.
delete from listrak.snapshots
where
    source = $source
    and list_id = $list_id
    and snapshot_at = $snapshot_at
    and status = 'held';
