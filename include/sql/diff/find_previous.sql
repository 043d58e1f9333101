-- Purpose: the snapshot that another is diffed against.
-- Grain: one row.
select
    status,
    contact_count,
    trait
from listrak.snapshots
where source = $source and list_id = $list_id and snapshot_at = $previous_at;
