-- Purpose: take the turn to write, waiting for it; it ends with the transaction. The first
-- statement that reads a table fixes what the transaction sees: this comes before.
-- Grain: the transaction.
lock listrak.schema_version;
