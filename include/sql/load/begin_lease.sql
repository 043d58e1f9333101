-- Purpose: take the right to send for a source that has no lease.
-- Grain: one row per source.
insert into listrak.load_leases (source, holder, expires_at)
values ($source, $holder, $expires_at);
