-- Purpose: every identify call, with Segment's receipt. What waits is found by status; the calls of
-- an address lie on one slice, with its changes.
-- Grain: one row per message_id.
-- A call is pending from the moment it is planned until Segment has answered for it.
create table if not exists listrak.identify_calls (
    message_id varchar(64) not null,
    source varchar(65535) not null,
    anonymous_id varchar(2048) not null,
    user_id varchar(65535),
    traits varchar(65535) not null,  -- JSON
    "timestamp" timestamp not null,
    status varchar(32) not null,  -- pending, sent, rejected, superseded
    http_status integer,
    error varchar(65535),
    attempts integer not null,
    sent_at timestamp,
    run_id varchar(65535) not null
)
diststyle key
distkey (anonymous_id)
compound sortkey (source, status);
