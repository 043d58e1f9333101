-- Purpose: let a person's statement name the tables of the schema without it.
-- Grain: the session.
set search_path = 'warehouse.listrak,warehouse.main';
