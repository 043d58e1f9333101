-- Purpose: take an address out of the changes, also of those not sent yet.
-- Grain: every row of the address.
delete from listrak.trait_changes
where sha256(email) = $address_sha256;
