-- Purpose: what the snapshots hold, each contact once for as long as it stays the same (type 2).
-- Grain: one row per source, list_id, email and valid_from.
-- Present in every snapshot with valid_from <= snapshot_at < valid_to; valid_to null: still so.
-- In two parts (docs/adr/0001): what is still so lies apart, so that a diff reads nothing else.
create table if not exists listrak.contact_versions (
    source text collate "C" not null,
    list_id bigint not null,
    email text collate "C" not null,  -- lower-cased
    valid_from timestamp not null,
    user_id text collate "C",
    subscribed_at timestamp,
    valid_to timestamp,
    email_key text collate "C"  -- Listrak's; kept only where the address cannot stand in a route
) partition by list ((valid_to is null))  -- noqa: PRS
;
