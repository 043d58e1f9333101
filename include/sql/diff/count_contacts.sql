-- Purpose: how many contacts a snapshot put between two others has: those its read gave, and those
-- the neighbours know to have been there.
-- Grain: one row.
select count(*) as contact_count
from listrak.contact_versions
where
    source = $source
    and list_id = $list_id
    and valid_from <= $snapshot_at
    and (valid_to is null or valid_to > $snapshot_at);
