-- Purpose: let the planner know what was just written; PostgreSQL's own look comes a minute later.
-- Grain: the table; left alone while somebody vacuums it or makes an index: it would be waited for.
analyze (skip_locked) listrak.trait_changes;
