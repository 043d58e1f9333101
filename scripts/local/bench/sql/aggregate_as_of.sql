-- Purpose: how many of a list's contacts carried a user id at a date, and the newest subscription.
-- Grain: one row.
select
    count(user_id) as with_user_id,
    max(subscribed_at) as newest
from listrak.snapshot_contacts
where source = $source and list_id = $list_id and snapshot_at = $snapshot_at;
