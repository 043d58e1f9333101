-- Purpose: every identify call, with Segment's receipt.
-- Grain: one row per message_id.
-- A call is pending from the moment it is planned until Segment has answered for it. Those that
-- wait lie together.
create table if not exists listrak.identify_calls (
    message_id string not null,
    source string not null,
    anonymous_id string not null,
    user_id string,
    traits string not null,  -- JSON
    timestamp datetime not null,
    status string not null,  -- pending, sent, rejected, superseded
    http_status int64,
    error string,
    attempts int64 not null,
    sent_at datetime,
    run_id string not null
)
cluster by source, status, anonymous_id;
