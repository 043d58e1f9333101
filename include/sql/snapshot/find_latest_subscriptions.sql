-- Purpose: of a contact that a read met more than once (any page may repeat one; two spellings of
-- an address are one contact; it may move from one state to the other meanwhile), the latest
-- subscription. Whoever is subscribed in any of them is.
-- Grain: one row per repeated email.
insert into latest_subscriptions (
    extract_id, email, email_key, user_id, subscribed_at, state, unsubscribed_at
)
with repeated as (
    select email
    from listrak.staged_contacts
    where extract_id = $extract_id
    group by email
    having count(*) > 1
),

ranked as (
    select
        staged.extract_id,
        staged.email,
        staged.email_key,
        staged.user_id,
        staged.subscribed_at,
        staged.state,
        staged.unsubscribed_at,
        row_number() over (
            partition by staged.email
            order by
                case staged.state when 'subscribed' then 0 when 'later' then 1 else 2 end asc,
                staged.subscribed_at desc nulls last,
                staged.user_id desc nulls last
        ) as recency
    from listrak.staged_contacts as staged
    inner join repeated on staged.email = repeated.email
    where staged.extract_id = $extract_id
)

select
    extract_id,
    email,
    email_key,
    user_id,
    subscribed_at,
    state,
    unsubscribed_at
from ranked
where recency = 1;
