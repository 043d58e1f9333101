-- Purpose: a version that begins and ends with the same snapshot, the next one that stays, is in
-- none. `pruned_snapshots` is lent.
-- Grain: one row per version that only pruned snapshots had.
delete from listrak.contact_versions
where
    source = $source
    and valid_to > $oldest_at
    and valid_from = valid_to
    and exists (
        select 1 from pruned_snapshots
        where
            pruned_snapshots.list_id = contact_versions.list_id
            and pruned_snapshots.next_at = contact_versions.valid_to
    );
