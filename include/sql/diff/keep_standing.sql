-- Purpose: whoever was in the snapshot before, and is said to have subscribed after this one's
-- moment, is not known to have left in between: earlier cycles are not recoverable, and a clock or
-- time zone may be off. Such a contact stays as it was.
-- Grain: one row per such contact of a read.
update listrak.staged_contacts
set
    state = 'subscribed',
    user_id = versions.user_id,
    subscribed_at = versions.subscribed_at
from listrak.contact_versions as versions
where
    staged_contacts.extract_id = $extract_id
    and staged_contacts.state = 'later'
    and versions.source = $source
    and versions.list_id = $list_id
    and versions.email = staged_contacts.email
    and versions.valid_from <= $previous_at
    and (versions.valid_to is null or versions.valid_to > $previous_at);
