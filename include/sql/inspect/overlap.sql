-- Purpose: how many contacts each two lists of a source have in common now.
-- Grain: one row per source and pair of lists that have any; same_user_id: contacts that carry the
-- same user id on both.
select
    one.source,
    one.list_id,
    other.list_id as other_list_id,
    count(*) as contacts,
    count(case when one.user_id = other.user_id then 1 end) as same_user_id
from listrak.contact_versions as one
inner join listrak.contact_versions as other
    on one.source = other.source and one.email = other.email
where one.valid_to is null and other.valid_to is null and one.list_id < other.list_id
group by one.source, one.list_id, other.list_id
order by one.source, one.list_id, other.list_id;
