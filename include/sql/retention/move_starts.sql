-- Purpose: versions that began with a pruned snapshot begin with the next one that stays.
-- Grain: one row per list_id and email that was new or differed in a pruned snapshot.
update listrak.contact_versions
set valid_from = pruned_snapshots.next_at
from pruned_snapshots
where
    contact_versions.source = $source
    and (contact_versions.valid_to is null or contact_versions.valid_to > $oldest_at)
    and contact_versions.list_id = pruned_snapshots.list_id
    and contact_versions.valid_from = pruned_snapshots.snapshot_at;
