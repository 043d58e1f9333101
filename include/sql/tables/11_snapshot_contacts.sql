-- Purpose: every snapshot as if copied whole: its subscribed contacts. What is still so and what
-- has ended are asked for apart: with an or, no engine can use the order of valid_to.
-- Grain: one row per source, list_id, snapshot_at and email.
create or replace view listrak.snapshot_contacts as
select
    snapshots.source,
    snapshots.list_id,
    snapshots.snapshot_at,
    versions.email,
    versions.user_id,
    versions.subscribed_at
from listrak.snapshots as snapshots
inner join listrak.contact_versions as versions
    on
        snapshots.source = versions.source
        and snapshots.list_id = versions.list_id
        and snapshots.snapshot_at >= versions.valid_from
        and versions.valid_to is null
where snapshots.status in ('head', 'past')
union all
select
    snapshots.source,
    snapshots.list_id,
    snapshots.snapshot_at,
    versions.email,
    versions.user_id,
    versions.subscribed_at
from listrak.snapshots as snapshots
inner join listrak.contact_versions as versions
    on
        snapshots.source = versions.source
        and snapshots.list_id = versions.list_id
        and snapshots.snapshot_at >= versions.valid_from
        and snapshots.snapshot_at < versions.valid_to
where snapshots.status in ('head', 'past');
