-- Purpose: what this snapshot changed when it was held makes room for what is found now.
-- Grain: one row per change that was held, and never planned to be sent.
delete from listrak.trait_changes
where
    source = $source
    and list_id = $list_id
    and snapshot_at = $snapshot_at
    and message_id is null
    and status in ('held', 'superseded');
