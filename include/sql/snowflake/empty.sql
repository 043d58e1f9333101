-- Purpose: leave a room as it was found, or make room in it for what is lent next.
-- Grain: every row of a table that is empty between transactions.
delete from listrak.$target;
