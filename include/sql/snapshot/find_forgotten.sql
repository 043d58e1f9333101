-- Purpose: who was forgotten, and when.
-- Grain: one row per address.
select
    address_sha256,
    forgotten_at
from listrak.forgotten_contacts;
