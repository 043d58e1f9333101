-- Purpose: what a read of the list finds at the snapshot at $position.
-- Grain: one row per contact.
select
    email,
    user_id,
    subscribed_at,
    'subscribed' as state
from versions
where position <= $position and (until is null or until > $position)
order by hash(email);
