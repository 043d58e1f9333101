-- Purpose: room for versions that follow each other and say the same.
-- Grain: one row per list_id, email and first_from.
create temporary table joined_versions (
    list_id bigint,
    email varchar,
    first_from timestamp,  -- the valid_from of the first of them
    last_from timestamp  -- and of the last
);
