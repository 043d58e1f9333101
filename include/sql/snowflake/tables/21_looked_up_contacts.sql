-- Purpose: room for what Listrak said of contacts that were asked for one by one.
-- Grain: one row per email.
create transient table if not exists listrak.looked_up_contacts (
    email varchar,
    email_key varchar,
    user_id varchar,
    subscribed_at timestamp_ntz,
    state varchar,
    unsubscribed_at timestamp_ntz
) data_retention_time_in_days = 0;
