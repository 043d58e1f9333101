-- Purpose: what the snapshots hold, each contact once for as long as it stays the same (type 2).
-- Grain: one row per source, list_id, email and valid_from.
-- Present in every snapshot with valid_from <= snapshot_at < valid_to; valid_to null: still so.
-- In partitions by the month of their end (docs/adr/0001): what is still so has one for itself, the
-- one of null, so that a diff reads nothing that had ended before.
create table if not exists listrak.contact_versions (
    source string not null,
    list_id int64 not null,
    email string not null,  -- lower-cased
    valid_from datetime not null,
    user_id string,
    subscribed_at datetime,
    valid_to datetime,
    email_key string  -- Listrak's; kept only where the address cannot stand in a route
)
partition by datetime_trunc(valid_to, month)
cluster by source, list_id, email;
