-- Purpose: the contacts of a read under way or waiting to be decided, and what is known of others.
-- Grain: one row per extract_id, email and state once the read is complete; before, as pages came.
create table if not exists listrak.staged_contacts (
    extract_id varchar not null,
    email varchar not null,
    email_key varchar,
    user_id varchar,
    subscribed_at timestamp,
    -- At the snapshot's moment: subscribed (in the snapshot), unsubscribed, later (subscribed
    -- after it, as far as is known), deleted, or unconfirmed (it could not be asked for).
    state varchar not null,
    unsubscribed_at timestamp
);
