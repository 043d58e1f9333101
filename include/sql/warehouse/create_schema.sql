-- Purpose: the place of the tables and views.
-- Grain: the schema.
create schema listrak;
