-- Purpose: give back the room of versions that were deleted; not inside a transaction.
-- Grain: the table.
vacuum delete only listrak.contact_versions;
