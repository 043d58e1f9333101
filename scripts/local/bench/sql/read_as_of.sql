-- Purpose: a snapshot whole.
-- Grain: one row per contact.
select
    email,
    user_id,
    subscribed_at
from listrak.snapshot_contacts
where source = $source and list_id = $list_id and snapshot_at = $snapshot_at;
