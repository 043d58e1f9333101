-- Purpose: who is gone from the read at $position, as Listrak tells it.
-- Grain: one row per contact.
select
    versions.email,
    versions.user_id,
    versions.subscribed_at,
    'unsubscribed' as state,
    moments.snapshot_at as unsubscribed_at
from versions
inner join moments on versions.until = moments.position
where versions.until = $position and versions.is_gone;
