-- Purpose: who came and went, day by day.
-- Grain: one row per source, list and day of the snapshot, newest first.
select
    source,
    list_id,
    snapshot_at::date as day,
    sum(added_count) as added,
    sum(removed_count) as removed,
    arg_max(contact_count, snapshot_at) as contacts_at_end
from listrak.snapshots
group by source, list_id, snapshot_at::date
order by day desc, source asc, list_id asc
limit 100;
