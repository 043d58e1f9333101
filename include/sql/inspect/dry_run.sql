-- Purpose: what the last dry run of each list would have told Segment: how much, and samples.
-- Grain: up to five rows per source, list, trait and change.
with samples as (
    select
        source,
        list_id,
        snapshot_at,
        trait,
        change,
        email,
        user_id,
        count(*) over (partition by source, list_id, trait, change) as changes,
        row_number() over (partition by source, list_id, trait, change order by email) as position
    from listrak.trait_changes
    where status = 'dry_run'
)

select
    source,
    list_id,
    snapshot_at,
    trait,
    change,
    changes,
    email as sample_email,
    user_id as sample_user_id
from samples
where position <= 5
order by source, list_id, trait, change, email;
