-- Purpose: room for the identify calls of a page of changes:
-- some engines cannot make it when they are lent.
-- Grain: one row per message_id.
create temporary table planned_calls (
    message_id varchar,
    source varchar,
    anonymous_id varchar,
    user_id varchar,
    traits varchar,
    timestamp timestamp,
    status varchar,
    attempts integer,
    run_id varchar
);
