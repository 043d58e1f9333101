-- Purpose: the contacts that differ between a list's head and a new read of it. The rest, nearly
-- all of a list, never leaves the warehouse. user_id and subscribed_at are the new read's.
-- Grain: one row per email; position numbers them from 1.
insert into differences (
    position, email, in_head, in_staging, head_user_id, user_id, subscribed_at
)
with head as (
    select
        email,
        user_id,
        subscribed_at
    from listrak.contact_versions
    where source = $source and list_id = $list_id and valid_to is null
),

staging as (
    select
        email,
        user_id,
        subscribed_at
    from listrak.staged_contacts
    where extract_id = $extract_id
)

select
    row_number() over () as position,
    coalesce(staging.email, head.email) as email,
    head.email is not null as in_head,
    staging.email is not null as in_staging,
    head.user_id as head_user_id,
    staging.user_id,
    staging.subscribed_at
from head
full outer join staging on head.email = staging.email
where
    head.email is null
    or staging.email is null
    or head.user_id is distinct from staging.user_id
    or head.subscribed_at is distinct from staging.subscribed_at;
