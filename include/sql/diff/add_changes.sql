-- Purpose: note what a snapshot changed; `changes` is lent.
-- Grain: one row per changed email.
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
    email,
    user_id,
    change,
    $trait as trait,
    occurred_at,
    $status as status,
    $decided_at as decided_at
from changes;
