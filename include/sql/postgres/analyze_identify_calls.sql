-- Purpose: let the planner know what was just written; PostgreSQL's own look comes a minute later.
-- Grain: the table.
analyze listrak.identify_calls;
