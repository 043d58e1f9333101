-- Purpose: the contacts of a read under way or waiting to be decided, and what is known of others.
-- They lie by address as contact_versions do, and are read by the read they belong to.
-- Grain: one row per extract_id, email and state once the read is complete; before, as pages came.
create table if not exists listrak.staged_contacts (
    extract_id varchar(65535) not null,
    email varchar(2048) not null,
    email_key varchar(65535),
    user_id varchar(65535),
    subscribed_at timestamp,
    -- At the snapshot's moment: subscribed (in the snapshot), unsubscribed, later (subscribed
    -- after it, as far as is known), deleted, or unconfirmed (it could not be asked for).
    state varchar(32) not null,
    unsubscribed_at timestamp
)
diststyle key
distkey (email)
compound sortkey (extract_id);
