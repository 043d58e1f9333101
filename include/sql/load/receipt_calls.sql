-- Purpose: note Segment's answer for calls; `receipts` is lent.
-- Grain: one row per message_id.
update listrak.identify_calls
set
    status = receipts.status,
    http_status = receipts.http_status,
    error = receipts.error,
    attempts = identify_calls.attempts + receipts.attempts,
    sent_at = receipts.sent_at,
    run_id = $run_id
from receipts
where
    identify_calls.source = $source
    and identify_calls.status = 'pending'
    and identify_calls.message_id = receipts.message_id;
