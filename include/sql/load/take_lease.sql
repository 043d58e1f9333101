-- Purpose: take the right to send for a source: there is no lease, it is ours, it has expired, or a
-- wrong clock dated it further ahead than any lease lasts. Changes no row while another holds it.
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
    or load_leases.expires_at > excluded.expires_at;
