-- Purpose: when an address was last told anything, so that time moves forward.
-- Grain: the index, of every call.
create index if not exists identify_calls_by_address
on listrak.identify_calls (source, anonymous_id);
