-- Purpose: take back every trait of a list but $trait, where the last that Segment heard, or is to
-- hear, is that it is true: the trait has another name now, or ($trait is empty) the list is gone.
-- Unless another list of the source has taken over the name, and the contact is on it.
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
        change,
        row_number() over (
            partition by email, trait
            order by snapshot_at desc
        ) as recency
    from listrak.trait_changes
    where
        source = $source
        and list_id = $list_id
        and snapshot_at < $snapshot_at
        and (status in ('pending', 'sent') or (status = 'superseded' and message_id is not null))
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
where
    told.recency = 1
    and told.change = 'add'
    and told.trait <> $trait
    and not exists (
        select 1
        from listrak.snapshots as heads
        inner join listrak.contact_versions as held
            on heads.source = held.source and heads.list_id = held.list_id
        where
            heads.source = $source
            and heads.list_id <> $list_id
            and heads.status = 'head'
            and heads.trait = told.trait
            and held.valid_to is null
            and held.email = told.email
    )
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
