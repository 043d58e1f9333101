-- Purpose: every identify call, with Segment's receipt.
-- Grain: one row per message_id.
-- A call is pending from the moment it is planned until Segment has answered for it.
create table if not exists listrak.identify_calls (
    message_id varchar not null,
    source varchar not null,
    anonymous_id varchar not null,
    user_id varchar,
    traits varchar not null,  -- JSON
    timestamp timestamp not null,
    status varchar not null,  -- pending, sent, rejected, superseded
    http_status integer,
    error varchar,
    attempts integer not null,
    sent_at timestamp,
    run_id varchar not null
);
