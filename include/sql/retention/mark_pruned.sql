-- Purpose: the snapshots in `pruned_snapshots`, which is lent, hold no contacts any more; their
-- counts stay.
-- Grain: one row per list_id and snapshot_at.
update listrak.snapshots
set status = 'pruned'
from pruned_snapshots
where
    snapshots.source = $source
    and snapshots.status = 'past'
    and snapshots.list_id = pruned_snapshots.list_id
    and snapshots.snapshot_at = pruned_snapshots.snapshot_at;
