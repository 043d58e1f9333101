-- Purpose: a planned call that carries a moot change must not be sent. Its row stays: Segment may
-- have seen it, so its timestamp counts.
-- Grain: one row per message_id.
update listrak.identify_calls
set status = 'superseded'
where
    source = $source
    and status = 'pending'
    and message_id in (
        select message_id from listrak.trait_changes
        where source = $source and status = 'superseded'
    );
