-- Purpose: let go of a session that was left open, its transaction and its temporary tables.
-- Grain: the session @session.
call bq.abort_session (@session);
