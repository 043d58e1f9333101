-- Purpose: take the contacts that a read met more than once out of its staging.
-- Grain: every row of a repeated email.
delete from listrak.staged_contacts
where
    extract_id = $extract_id
    and email in (select email from latest_subscriptions);
