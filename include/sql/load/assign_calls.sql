-- Purpose: note which call carries each change; `planned_calls` is lent.
-- Grain: one row per list_id, snapshot_at, email and trait.
update listrak.trait_changes
set message_id = planned_calls.message_id
from planned_calls
where
    trait_changes.source = $source
    and trait_changes.status = 'pending'
    and trait_changes.message_id is null
    and trait_changes.email = planned_calls.anonymous_id
    and nullif(trait_changes.user_id, '') is not distinct from planned_calls.user_id;
