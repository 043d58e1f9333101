-- Purpose: the calls that wait, in the order of their addresses.
-- Grain: the index, of those calls alone.
create index if not exists identify_calls_pending
on listrak.identify_calls (source, anonymous_id) where status = 'pending';
