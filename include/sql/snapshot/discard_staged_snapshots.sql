-- Purpose: remove earlier reads of this snapshot, and reads of any list long abandoned.
-- Grain: those reads.
delete from listrak.staged_snapshots
where
    (source = $source and list_id = $list_id and snapshot_at = $snapshot_at)
    or started_at < $abandoned_before;
