-- Purpose: when a contact last subscribed, by what is kept of it.
-- Grain: one row; null where nothing is.
with known as (
    select subscribed_at from listrak.contact_versions
    where sha256(email) = $address_sha256
    union all
    select subscribed_at from listrak.staged_contacts
    where sha256(email) = $address_sha256
)

select max(subscribed_at) as subscribed_at from known;
