-- Purpose: take away what killed tasks left: nobody else has a file on its way now.
-- Grain: every file.
remove @listrak.rows_under_way;
