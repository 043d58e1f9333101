-- Purpose: where a snapshot is sent whole, every trait that Segment was ever told for the list and
-- that this snapshot does not give is removed: whoever is not in it, and other names of the trait.
-- Grain: one row per email and trait.
insert into listrak.trait_changes (
    source,
    list_id,
    snapshot_at,
    email,
    user_id,
    change,
    trait,
    occurred_at,
    status,
    decided_at
)
with told as (
    select
        email,
        trait,
        user_id,
        row_number() over (partition by email, trait order by snapshot_at desc) as recency
    from listrak.trait_changes
    where
        source = $source
        and list_id = $list_id
        and change = 'add'
        and message_id is not null
),

given as (
    select distinct email
    from listrak.staged_contacts
    where extract_id = $extract_id and state = 'subscribed'
)

select
    $source as source,
    $list_id as list_id,
    $snapshot_at as snapshot_at,
    told.email,
    told.user_id,
    'remove' as change,
    told.trait,
    $occurred_at as occurred_at,
    $status as status,
    $decided_at as decided_at
from told
left join given on told.email = given.email
where
    told.recency = 1
    and (told.trait <> $trait or given.email is null)
    and not exists (
        select 1 from listrak.trait_changes as noted
        where
            noted.source = $source
            and noted.list_id = $list_id
            and noted.snapshot_at = $snapshot_at
            and noted.email = told.email
            and noted.trait = told.trait
            and noted.status = $status
    );
