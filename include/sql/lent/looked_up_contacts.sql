-- Purpose: room for what Listrak said of contacts that were asked for one by one:
-- some engines cannot make it when they are lent.
-- Grain: one row per email.
create temporary table looked_up_contacts (
    email varchar,
    email_key varchar,
    user_id varchar,
    subscribed_at timestamp,
    state varchar,
    unsubscribed_at timestamp
);
