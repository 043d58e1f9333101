-- Purpose: how each list grew and shrank, snapshot by snapshot, pruned ones included.
-- Grain: one row per source, list and snapshot, newest first.
-- Parameters: [list_id] (the list; without it: all)
select
    source,
    list_id,
    snapshot_at,
    kind,
    status,
    contact_count,
    added_count,
    removed_count,
    re_identified_count,
    previous_snapshot_at,
    run_id
from listrak.snapshots
where $list_id::bigint is null or list_id = $list_id::bigint
order by snapshot_at desc, source asc, list_id asc;
