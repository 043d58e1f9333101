-- Purpose: whether a contact's pending changes are moot by what was told of it before.
-- Grain: the index, of every change: the largest, but without it every load reads all of history.
create index if not exists trait_changes_by_address
on listrak.trait_changes (source, email);
