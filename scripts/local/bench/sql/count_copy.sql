-- Purpose: how many contacts a list had at a date, from the copies.
-- Grain: one row.
select count(*) as contacts
from copies
where source = $source and list_id = $list_id and snapshot_at = $snapshot_at;
