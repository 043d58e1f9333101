-- Purpose: the changes that wait, in the order of their addresses.
-- Grain: the index, of those changes alone.
create index if not exists trait_changes_pending
on listrak.trait_changes (source, email) where status = 'pending';
