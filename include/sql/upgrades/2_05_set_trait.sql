-- Purpose: version 1 knew one trait a list: the one its changes carry.
-- Grain: one row per snapshot of a list that ever changed.
update listrak.snapshots
set trait = known.trait
from (
    select
        trait_changes.source,
        trait_changes.list_id,
        max(trait_changes.trait) as trait
    from listrak.trait_changes
    group by trait_changes.source, trait_changes.list_id
    having count(distinct trait_changes.trait) = 1
) as known
where snapshots.source = known.source and snapshots.list_id = known.list_id;
