-- Purpose: room for the identify calls of a page of changes.
-- Grain: one row per message_id.
create transient table if not exists listrak.planned_calls (
    message_id varchar,
    source varchar,
    anonymous_id varchar,
    user_id varchar,
    traits varchar,
    timestamp timestamp_ntz,
    status varchar,
    attempts integer,
    run_id varchar
) data_retention_time_in_days = 0;
