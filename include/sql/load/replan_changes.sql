-- Purpose: the changes that a superseded call carried besides the moot one wait for a new call.
-- Grain: one row per list_id, snapshot_at, email and trait.
update listrak.trait_changes
set message_id = null
where
    source = $source
    and status = 'pending'
    and message_id in (
        select message_id from listrak.identify_calls
        where source = $source and status = 'superseded'
    );
