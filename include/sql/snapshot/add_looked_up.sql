-- Purpose: what Listrak said of contacts that a read no longer has; `looked_up_contacts` is lent.
-- Another attempt may have asked for the same ones.
-- Grain: one row per email that the read does not have as subscribed.
insert into listrak.staged_contacts (
    extract_id, email, email_key, user_id, subscribed_at, state, unsubscribed_at
)
select
    $extract_id as extract_id,
    email,
    email_key,
    user_id,
    subscribed_at,
    state,
    unsubscribed_at
from looked_up_contacts
where
    not exists (
        select 1 from listrak.staged_contacts as staged
        where
            staged.extract_id = $extract_id
            and staged.email = looked_up_contacts.email
            and staged.state = 'subscribed'
    );
