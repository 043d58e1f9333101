-- Purpose: room for the contacts that differ between a list's head and a new read of it.
-- Grain: one row per email.
create temporary table differences (
    position bigint,
    email varchar,
    in_head boolean,
    in_staging boolean,
    head_user_id varchar,
    user_id varchar,
    subscribed_at timestamp
);
