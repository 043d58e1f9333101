-- Purpose: room for the contacts that a read met more than once.
-- Grain: one row per repeated email.
create temporary table latest_subscriptions (
    extract_id varchar,
    email varchar,
    email_key varchar,
    user_id varchar,
    subscribed_at timestamp,
    state varchar,
    unsubscribed_at timestamp
);
