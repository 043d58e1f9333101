-- Purpose: how many removals a snapshot notes.
-- Grain: one row.
select count(*) as removed
from listrak.trait_changes
where
    source = $source
    and list_id = $list_id
    and snapshot_at = $snapshot_at
    and change = 'remove';
