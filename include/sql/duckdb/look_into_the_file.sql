-- Purpose: let statements name what is in the file without the file.
-- Grain: the session.
use warehouse.main;
