-- Purpose: who was forgotten, by a digest only: a later read or backfill must not bring them back.
-- Grain: one row per address.
create table if not exists listrak.forgotten_contacts (
    address_sha256 varchar primary key,  -- SHA-256 of the address in lower case, as 64 hex digits
    forgotten_at timestamp not null  -- a subscription made after it counts again
);
