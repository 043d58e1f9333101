-- Purpose: take an address out of the identify calls, also of those not sent yet.
-- Grain: every row of the address.
delete from listrak.identify_calls
where sha256(anonymous_id) = $address_sha256;
