-- Purpose: the changes that a call carries, while something may still become of them.
-- Grain: the index, of what waits or was superseded.
create index if not exists trait_changes_by_call
on listrak.trait_changes (message_id) where status in ('pending', 'superseded');
