-- Purpose: the read that waits, copied whole.
-- Grain: one row per contact.
insert into copies (source, list_id, snapshot_at, email, user_id, subscribed_at)
select
    $source as source,
    $list_id as list_id,
    cast($snapshot_at as timestamp) as snapshot_at,
    email,
    user_id,
    subscribed_at
from listrak.staged_contacts
where state = 'subscribed';
