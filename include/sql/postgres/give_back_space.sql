-- Purpose: let the room of versions that were deleted be used again, and know what is there now.
-- Grain: the table.
vacuum (analyze) listrak.contact_versions;
