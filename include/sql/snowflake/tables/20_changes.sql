-- Purpose: room for the changes that pandas found in a piece of the differences.
-- Grain: one row per changed email.
create transient table if not exists listrak.changes (  -- noqa: PRS
    email varchar,
    user_id varchar,
    change varchar,
    occurred_at timestamp_ntz
) data_retention_time_in_days = 0;
