-- Purpose: leave a mark that goes with the transaction, should Snowflake end it.
-- Grain: one row.
insert into listrak.turns (taken_by) values ('$taken_by');
