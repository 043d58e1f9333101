-- Purpose: the contacts that differ between a list's previous snapshot and a read of it. The rest,
-- nearly all of a list, never leaves the warehouse. user_id and subscribed_at are the read's.
-- Where the snapshot goes between two others ($next_at), who is unchanged from the one to the other
-- was so in between: such contacts are no difference, whatever the read says. Who is in both by the
-- same subscription was not gone in between either, though the user id may have changed.
-- Grain: one row per email; position numbers them from 1.
insert into differences (
    position,
    email,
    email_key,
    in_previous,
    in_staging,
    previous_user_id,
    user_id,
    previous_subscribed_at,
    subscribed_at,
    state,
    unsubscribed_at
)
with previous as (
    select
        email,
        email_key,
        user_id,
        subscribed_at
    from listrak.contact_versions
    where
        source = $source
        and list_id = $list_id
        and valid_from <= $previous_at::timestamp
        and (valid_to is null or valid_to > $previous_at)
        and ($next_at::timestamp is null or valid_to <= $next_at)
),

unchanged as (
    select email
    from listrak.contact_versions
    where
        source = $source
        and list_id = $list_id
        and valid_from <= $previous_at
        and (valid_to is null or valid_to > $next_at)
        and $next_at::timestamp is not null
),

standing as (
    select earlier.email
    from listrak.contact_versions as earlier
    inner join listrak.contact_versions as later on earlier.email = later.email
    where
        earlier.source = $source
        and earlier.list_id = $list_id
        and earlier.valid_from <= $previous_at
        and (earlier.valid_to is null or earlier.valid_to > $previous_at)
        and earlier.valid_to <= $next_at
        and later.source = $source
        and later.list_id = $list_id
        and later.valid_from <= $next_at
        and (later.valid_to is null or later.valid_to > $next_at)
        and later.subscribed_at is not distinct from earlier.subscribed_at
),

staging as (
    select
        email,
        email_key,
        user_id,
        subscribed_at
    from listrak.staged_contacts
    where extract_id = $extract_id and state = 'subscribed'
),

differing as (
    select
        previous.email as previous_email,
        staging.email as staging_email,
        previous.user_id as previous_user_id,
        staging.user_id,
        previous.subscribed_at as previous_subscribed_at,
        staging.subscribed_at,
        coalesce(staging.email_key, previous.email_key) as email_key
    from previous
    full outer join staging on previous.email = staging.email
    where
        previous.email is null
        or staging.email is null
        or previous.user_id is distinct from staging.user_id
        or previous.subscribed_at is distinct from staging.subscribed_at
),

others as (
    select
        email,
        max(state) as state,  -- `unsubscribed` before all others
        max(unsubscribed_at) as unsubscribed_at
    from listrak.staged_contacts
    where extract_id = $extract_id and state <> 'subscribed'
    group by email
)

select
    row_number() over () as position,
    coalesce(differing.staging_email, differing.previous_email) as email,
    differing.email_key,
    differing.previous_email is not null as in_previous,
    differing.staging_email is not null as in_staging,
    differing.previous_user_id,
    differing.user_id,
    differing.previous_subscribed_at,
    differing.subscribed_at,
    others.state,
    others.unsubscribed_at
from differing
left join others on differing.previous_email = others.email and differing.staging_email is null
left join standing on differing.previous_email = standing.email and differing.staging_email is null
where
    standing.email is null
    and not exists (
        select 1 from unchanged
        where unchanged.email = differing.staging_email
    );
