-- Purpose: what the snapshots hold, each contact once for as long as it stays the same (type 2). A
-- diff joins by address: a contact's rows lie on one slice, here and in staged_contacts. A snapshot
-- is read by list, then by when a version ended: what has not ended lies together, after the rest.
-- Grain: one row per source, list_id, email and valid_from.
-- Present in every head or past snapshot with valid_from <= snapshot_at < valid_to; valid_to null:
-- still so.
create table if not exists listrak.contact_versions (
    source varchar(65535) not null,
    list_id bigint not null,
    email varchar(2048) not null,  -- lower-cased
    valid_from timestamp not null,
    user_id varchar(65535),
    subscribed_at timestamp,
    valid_to timestamp,
    email_key varchar(65535)  -- Listrak's; kept only where the address cannot stand in a route
)
diststyle key
distkey (email)
compound sortkey (source, list_id, valid_to, valid_from);
