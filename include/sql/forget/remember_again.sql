-- Purpose: note that an address was forgotten once more; of several times the latest counts.
-- Grain: no row or one.
update listrak.forgotten_contacts
set forgotten_at = greatest(forgotten_at, $forgotten_at)
where address_sha256 = $address_sha256;
