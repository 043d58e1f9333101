-- Purpose: take over the right to send for a source: the lease is ours, it has expired, or a wrong
-- clock dated it much further ahead than a lease lasts. Else no row changes.
-- Grain: no row or one.
update listrak.load_leases
set
    holder = $holder,
    expires_at = $expires_at
where
    source = $source
    and (
        holder = $holder
        or expires_at <= $now
        or expires_at > $latest_credible
    );
