-- Purpose: remove what earlier reads of this snapshot left, and reads of any list long abandoned:
-- its source, too, may have none any more.
-- Grain: the contacts of those reads.
delete from listrak.staged_contacts
where extract_id in (
    select extract_id
    from listrak.staged_snapshots
    where
        (source = $source and list_id = $list_id and snapshot_at = $snapshot_at)
        or started_at < $abandoned_before
);
