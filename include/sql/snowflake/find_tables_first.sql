-- Purpose: let statements name the tables of the schema without it.
-- Grain: the session.
use schema listrak;
