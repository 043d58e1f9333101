-- Purpose: remove what reads of this snapshot and of earlier ones left: runs of a list come one
-- after the other, so nobody will decide them any more. Also reads of the list long abandoned.
-- Grain: the contacts of those reads.
delete from listrak.staged_contacts
where extract_id in (
    select extract_id
    from listrak.staged_snapshots
    where
        source = $source
        and list_id = $list_id
        and (snapshot_at <= $snapshot_at or started_at < $abandoned_before)
);
