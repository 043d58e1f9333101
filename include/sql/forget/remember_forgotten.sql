-- Purpose: note that an address was forgotten; of several times the latest counts.
-- Grain: one row per address.
insert into listrak.forgotten_contacts (address_sha256, forgotten_at)
values ($address_sha256, $forgotten_at)
on conflict (address_sha256) do update
    set forgotten_at = greatest(forgotten_contacts.forgotten_at, excluded.forgotten_at);
