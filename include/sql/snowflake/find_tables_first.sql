-- Purpose: let statements name the tables of the schema without it, and temporary ones lie in it.
-- Grain: the session.
use schema listrak;
