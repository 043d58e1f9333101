-- Purpose: how many contacts a list had at a date.
-- Grain: one row.
select count(*) as contacts
from listrak.snapshot_contacts
where source = $source and list_id = $list_id and snapshot_at = $snapshot_at;
