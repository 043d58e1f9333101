-- Purpose: room for the contacts that a read met more than once.
-- Grain: one row per repeated email.
create transient table if not exists listrak.latest_subscriptions (
    extract_id varchar,
    email varchar,
    email_key varchar,
    user_id varchar,
    subscribed_at timestamp_ntz,
    state varchar,
    unsubscribed_at timestamp_ntz
) data_retention_time_in_days = 0;
