-- Purpose: of several pending changes of a contact's trait the latest snapshot decides; one older
-- than what Segment was already told is moot as well.
-- Grain: one row per list_id, email, trait and snapshot_at that is moot.
update listrak.trait_changes
set status = 'superseded'
from (
    select
        list_id,
        email,
        trait,
        max(snapshot_at) as snapshot_at
    from listrak.trait_changes
    where
        source = $source
        and status in ('pending', 'sent')
        and email in (
            select waiting.email from listrak.trait_changes as waiting
            where waiting.source = $source and waiting.status = 'pending'
        )
    group by list_id, email, trait
) as latest
where
    trait_changes.source = $source
    and trait_changes.status = 'pending'
    and trait_changes.list_id = latest.list_id
    and trait_changes.email = latest.email
    and trait_changes.trait = latest.trait
    and trait_changes.snapshot_at < latest.snapshot_at;
