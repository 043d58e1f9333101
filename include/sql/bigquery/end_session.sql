-- Purpose: let go of the session, its transaction and its temporary tables.
-- Grain: the session.
call bq.abort_session ();
