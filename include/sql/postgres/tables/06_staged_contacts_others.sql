-- Purpose: whoever a read met that is not subscribed: the diff asks for them beside all others.
-- Grain: the index, of those rows alone.
create index if not exists staged_contacts_others
on listrak.staged_contacts (extract_id) where state <> 'subscribed';
