-- Purpose: the contacts of a read under way or waiting to be decided, and what is known of others.
-- Grain: one row per extract_id, email and state once the read is complete; before, as pages came.
-- Each read lies by itself.
create table if not exists listrak.staged_contacts (
    extract_id string not null,
    email string not null,
    email_key string,
    user_id string,
    subscribed_at datetime,
    -- At the snapshot's moment: subscribed (in the snapshot), unsubscribed, later (subscribed
    -- after it, as far as is known), deleted, or unconfirmed (it could not be asked for).
    state string not null,
    unsubscribed_at datetime
)
cluster by extract_id, email;
