-- Purpose: the calls that Segment answers for, or that were superseded.
-- Grain: the index, of those calls alone.
create index if not exists identify_calls_by_id
on listrak.identify_calls (message_id) where status in ('pending', 'superseded');
