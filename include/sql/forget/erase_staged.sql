-- Purpose: take an address out of the reads that are under way or not decided yet.
-- Grain: every row of the address.
delete from listrak.staged_contacts
where sha256(email) = $address_sha256;
