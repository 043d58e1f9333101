-- Purpose: take the right to send for a source: there is no lease, it is ours, it has expired, or a
-- wrong clock dated it much further ahead than a lease lasts. Else no row changes.
-- Grain: one row per source.
insert into listrak.load_leases (source, holder, expires_at)
values ($source, $holder, $expires_at)
on conflict (source) do update
    set
        holder = excluded.holder,
        expires_at = excluded.expires_at
    where
    load_leases.holder = excluded.holder
    or load_leases.expires_at <= $now
    or load_leases.expires_at > $latest_credible;
