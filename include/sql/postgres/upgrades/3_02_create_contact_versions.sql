-- Purpose: the versions as version 3 has them, in two parts.
-- Grain: one row per source, list_id, email and valid_from.
create table listrak.contact_versions (
    source text collate "C" not null,
    list_id bigint not null,
    email text collate "C" not null,  -- lower-cased
    valid_from timestamp not null,
    user_id text collate "C",
    subscribed_at timestamp,
    valid_to timestamp,
    email_key text collate "C"  -- Listrak's; kept only where the address cannot stand in a route
) partition by list ((valid_to is null))  -- noqa: PRS
;
