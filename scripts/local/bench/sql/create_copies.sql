-- Purpose: the other layout: every snapshot copied whole.
-- Grain: one row per snapshot and contact.
create table copies (
    source varchar not null,
    list_id bigint not null,
    snapshot_at timestamp not null,
    email varchar not null,
    user_id varchar,
    subscribed_at timestamp
);
