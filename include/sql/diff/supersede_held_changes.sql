-- Purpose: a newer snapshot of a list says anew what the ones that were held said.
-- Grain: one row per held change of the list.
update listrak.trait_changes
set status = 'superseded'
where
    source = $source
    and list_id = $list_id
    and status = 'held'
    and snapshot_at < $snapshot_at;
