-- Purpose: room for Segment's answers for some calls:
-- some engines cannot make it when they are lent.
-- Grain: one row per message_id.
create temporary table receipts (
    message_id varchar,
    status varchar,
    http_status integer,
    error varchar,
    attempts integer,
    sent_at timestamp
);
