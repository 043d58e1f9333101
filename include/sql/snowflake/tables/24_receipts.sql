-- Purpose: room for Segment's answers for some calls.
-- Grain: one row per message_id.
create transient table if not exists listrak.receipts (
    message_id varchar,
    status varchar,
    http_status integer,
    error varchar,
    attempts integer,
    sent_at timestamp_ntz
) data_retention_time_in_days = 0;
