-- Purpose: put each repeated contact back once.
-- Grain: one row per repeated email.
insert into listrak.staged_contacts (extract_id, email, user_id, subscribed_at)
select
    extract_id,
    email,
    user_id,
    subscribed_at
from latest_subscriptions;
