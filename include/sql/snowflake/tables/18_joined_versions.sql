-- Purpose: room for versions that follow each other and say the same.
-- Grain: one row per list_id, email and first_from.
create transient table if not exists listrak.joined_versions (
    list_id bigint,
    email varchar,
    first_from timestamp_ntz,
    last_from timestamp_ntz
) data_retention_time_in_days = 0;
