-- Purpose: note what became of the changes that the answered calls carry; `receipts` is lent.
-- Grain: one row per list_id, snapshot_at, email and trait.
update listrak.trait_changes
set status = receipts.status
from receipts
where
    trait_changes.source = $source
    and trait_changes.status = 'pending'
    and trait_changes.message_id = receipts.message_id;
