-- Purpose: room for the changes that pandas found in a piece of the differences:
-- some engines cannot make it when they are lent.
-- Grain: one row per changed email.
create temporary table changes (
    email varchar,
    user_id varchar,
    change varchar,
    occurred_at timestamp
);
