-- Purpose: who was forgotten comes back only by a subscription made after that.
-- Grain: every row of a read about a forgotten contact.
delete from listrak.staged_contacts
where
    extract_id = $extract_id
    and exists (
        select 1 from listrak.forgotten_contacts as forgotten
        where
            forgotten.address_sha256 = sha256(staged_contacts.email)
            and (
                staged_contacts.subscribed_at is null
                or staged_contacts.subscribed_at <= forgotten.forgotten_at
            )
    );
