-- Purpose: times with a zone are shown in UTC.
-- Grain: the session.
set timezone = 'UTC';
