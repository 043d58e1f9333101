-- Purpose: where a snapshot is sent whole, the contacts that did not change are told again.
-- Grain: one row per contact of the read that has no change in this snapshot.
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
select
    $source as source,
    $list_id as list_id,
    $snapshot_at as snapshot_at,
    staged.email,
    staged.user_id,
    'add' as change,
    $trait as trait,
    $occurred_at as occurred_at,
    $status as status,
    $decided_at as decided_at
from listrak.staged_contacts as staged
where
    staged.extract_id = $extract_id
    and staged.state = 'subscribed'
    and not exists (
        select 1 from listrak.trait_changes as told
        where
            told.source = $source
            and told.list_id = $list_id
            and told.snapshot_at = $snapshot_at
            and told.email = staged.email
            and told.trait = $trait
            and told.status = $status
    );
