-- Purpose: room for the contacts that differ between a list's previous snapshot and a read of it.
-- Empty between transactions, as all rooms are: one that is temporary could only be made by
-- committing what was done so far.
-- Grain: one row per email.
create transient table if not exists listrak.differences (
    position bigint,
    email varchar,
    email_key varchar,
    in_previous boolean,
    in_staging boolean,
    previous_user_id varchar,
    user_id varchar,
    previous_subscribed_at timestamp_ntz,
    subscribed_at timestamp_ntz,
    state varchar,
    unsubscribed_at timestamp_ntz
) data_retention_time_in_days = 0;
