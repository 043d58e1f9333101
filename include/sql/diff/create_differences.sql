-- Purpose: room for the contacts that differ between a list's previous snapshot and a read of it.
-- Grain: one row per email.
create temporary table differences (
    position bigint,
    email varchar,
    email_key varchar,
    in_previous boolean,
    in_staging boolean,
    previous_user_id varchar,
    user_id varchar,
    previous_subscribed_at timestamp,
    subscribed_at timestamp,
    state varchar,  -- what is known of a contact that is gone; null: nothing
    unsubscribed_at timestamp
);
