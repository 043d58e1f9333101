-- Purpose: the engine's own full outer join of two tables, and nothing else.
-- Grain: one row per contact that differs.
create table plain_differences as
select
    plain_head.email as previous_email,
    plain_read.email,
    plain_head.user_id as previous_user_id,
    plain_read.user_id,
    plain_head.subscribed_at as previous_subscribed_at,
    plain_read.subscribed_at
from plain_head
full outer join plain_read on plain_head.email = plain_read.email
where
    plain_head.email is null
    or plain_read.email is null
    or plain_head.user_id is distinct from plain_read.user_id
    or plain_head.subscribed_at is distinct from plain_read.subscribed_at;
