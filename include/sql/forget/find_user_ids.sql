-- Purpose: the user ids that Segment may know an address by, to ask it for their deletion.
-- Grain: one row per user id.
select distinct user_id
from listrak.identify_calls
where sha256(anonymous_id) = $address_sha256 and user_id is not null
order by user_id;
