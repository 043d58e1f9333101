-- Purpose: what the snapshots hold, each contact once for as long as it stays the same (type 2).
-- Grain: one row per source, list_id, email and valid_from.
-- Present in every head or past snapshot with valid_from <= snapshot_at < valid_to; valid_to null:
-- still so.
create table if not exists listrak.contact_versions (
    source varchar not null,
    list_id bigint not null,
    email varchar not null,  -- lower-cased
    valid_from timestamp not null,
    user_id varchar,
    subscribed_at timestamp,
    valid_to timestamp,
    email_key varchar  -- Listrak's; kept only where the address cannot stand in a route
);
