-- Purpose: take a file away that no table took.
-- Grain: one file.
remove @listrak.rows_under_way/$folder;
