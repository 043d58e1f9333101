-- Purpose: put each repeated contact back once.
-- Grain: one row per repeated email.
insert into listrak.staged_contacts (
    extract_id, email, email_key, user_id, subscribed_at, state, unsubscribed_at
)
select
    extract_id,
    email,
    email_key,
    user_id,
    subscribed_at,
    state,
    unsubscribed_at
from latest_subscriptions;
