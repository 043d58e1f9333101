-- Purpose: take an address out of every snapshot; the snapshots' own counts stay as counted.
-- Grain: every row of the address.
delete from listrak.contact_versions
where sha256(email) = $address_sha256;
