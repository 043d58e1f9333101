-- Purpose: take the mark away; there is none where the transaction is not the one that left it.
-- Grain: one row.
delete from listrak.turns
where taken_by = '$taken_by';
