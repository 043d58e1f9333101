-- Purpose: what the snapshots hold, each contact once for as long as it stays the same (type 2).
-- Grain: one row per source, list_id, email and valid_from.
-- Present in every snapshot with valid_from <= snapshot_at < valid_to; valid_to null: still so.
-- Clustered (docs/adr/0001): what is still so lies apart, and the past by when it ended, so that a
-- diff reads nothing else and a snapshot of any date skips what had ended before.
create table if not exists listrak.contact_versions (
    source varchar not null,
    list_id bigint not null,
    email varchar not null,  -- lower-cased
    valid_from timestamp_ntz not null,
    user_id varchar,
    subscribed_at timestamp_ntz,
    valid_to timestamp_ntz,
    email_key varchar  -- Listrak's; kept only where the address cannot stand in a route
) cluster by (source, list_id, valid_to);
