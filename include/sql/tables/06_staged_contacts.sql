-- Purpose: the contacts of a read under way or waiting to be decided.
-- Grain: one row per extract_id and email once the read is complete; before, as the pages came.
create table if not exists listrak.staged_contacts (
    extract_id varchar not null,
    email varchar not null,
    user_id varchar,
    subscribed_at timestamp
);
