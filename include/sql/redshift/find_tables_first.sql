-- Purpose: let a person's statement name the tables of the schema without it.
-- Grain: the transaction.
set local search_path to listrak, public;
