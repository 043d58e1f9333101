-- Purpose: a pool may hand the session, and its temporary tables, to somebody else.
-- Grain: the session's temporary tables.
discard temp;
