-- Purpose: how each list grew and shrank, snapshot by snapshot, pruned ones included.
-- Grain: one row per source, list and snapshot, newest first.
select
    source,
    list_id,
    snapshot_at,
    kind,
    status,
    contact_count,
    added_count,
    removed_count,
    re_identified_count
from listrak.snapshots
order by snapshot_at desc, source asc, list_id asc
limit 100;
