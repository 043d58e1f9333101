-- Purpose: a bounded piece of the contacts that differ, for pandas to say what changed.
-- Grain: one row per email.
select
    email,
    in_head,
    in_staging,
    head_user_id,
    user_id,
    subscribed_at
from differences
where position > $after and position <= $up_to;
