-- Purpose: note that an address was forgotten.
-- Grain: one row per address.
insert into listrak.forgotten_contacts (address_sha256, forgotten_at)
values ($address_sha256, $forgotten_at);
