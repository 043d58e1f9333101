-- Purpose: a bounded piece of the contacts that differ, for pandas to say what changed.
-- Grain: one row per email.
select
    email,
    in_previous,
    in_staging,
    previous_user_id,
    user_id,
    subscribed_at,
    unsubscribed_at
from differences
where position > $after and position <= $up_to;
