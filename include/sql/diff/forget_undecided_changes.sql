-- Purpose: what this snapshot's changes were when it was held, and every dry run of the list, make
-- room for what is found now.
-- Grain: one row per change that was never planned to be sent.
delete from listrak.trait_changes
where
    source = $source
    and list_id = $list_id
    and message_id is null
    and (
        status = 'dry_run'
        or (snapshot_at = $snapshot_at and status in ('held', 'superseded'))
    );
