-- Purpose: whoever was in the snapshot before by the very subscription that still stands was
-- subscribed in between, whatever the subscription's date says (a clock or time zone may be off).
-- Grain: one row per such contact of a read.
update listrak.staged_contacts
set state = 'subscribed'
from listrak.contact_versions as versions
where
    staged_contacts.extract_id = $extract_id
    and staged_contacts.state = 'later'
    and versions.source = $source
    and versions.list_id = $list_id
    and versions.email = staged_contacts.email
    and versions.subscribed_at = staged_contacts.subscribed_at
    and versions.valid_from <= $previous_at
    and (versions.valid_to is null or versions.valid_to > $previous_at);
